// No call of the journal reads through all builds or all events.

#include <map>

#include "queue/fixture_test.h"

namespace crafter {
namespace {

std::map<std::string, int>& steps() {
  static std::map<std::string, int> counted;
  return counted;
}

/// Called by SQLite when a statement has run: notes through how many rows it went without an index.
int note(unsigned /*kind*/, void* /*context*/, void* statement, void* /*nanoseconds*/) {
  auto* const done = static_cast<sqlite3_stmt*>(statement);
  int& most = steps()[sqlite3_sql(done)];
  most = std::max(most, sqlite3_stmt_status(done, SQLITE_STMTSTATUS_FULLSCAN_STEP, 1));
  return 0;
}

/// Called by SQLite for each new connection.
int listen(sqlite3* handle, const char** /*words*/, const sqlite3_api_routines* /*calls*/) {
  return sqlite3_trace_v2(handle, SQLITE_TRACE_PROFILE, note, nullptr);
}

class PlansTest : public InFolder {
 protected:
  static constexpr int kMany = 2000;

  PlansTest() {
    open();
    fill(kMany);
    Database file = database();
    must(
        file.run("INSERT INTO events SELECT ordinal, id, server_name, state, 0, '', '', '' "
                 "FROM builds ORDER BY ordinal"));
    must(file.run("UPDATE builds SET state = 'in_progress'"));
    must(file.run("UPDATE builds SET state = 'success', finished_at = 'now'"));
    sqlite3_auto_extension(reinterpret_cast<void (*)()>(listen));
    steps().clear();
  }
  ~PlansTest() override { sqlite3_cancel_auto_extension(reinterpret_cast<void (*)()>(listen)); }
};

TEST_F(PlansTest, NoCallReadsThroughAllThatEverHappened) {
  {
    const auto journal = open();
    const Build build = must(journal->add("create", "weather", Json(JsonObject())));
    const Build other = must(journal->add("create", "other", Json(JsonObject())));
    must(journal->start(build.id));
    must(journal->progress(build.id, 10, "drafted", ""));
    must(journal->heartbeat(build.id));
    EXPECT_EQ(must(journal->running()).size(), 1U);
    must(journal->cancel(other.id));
    must(database().change("UPDATE builds SET owner = '1:2:3:4' WHERE id = ?", build.id));
    EXPECT_EQ(must(journal->take_over()).size(), 1U);
    must(journal->start(build.id));
    must(journal->finish(build.id, BuildState::success, "", {}));
    EXPECT_EQ(must(journal->find(build.id))->state, BuildState::success);
    EXPECT_EQ(must(journal->latest(3)).size(), 3U);
    EXPECT_EQ(must(journal->events(kMany - 5, "", 5)).size(), 5U);
    EXPECT_EQ(must(journal->events(0, build.id, 100)).size(), 6U);
    must(journal->servers());
  }
  EXPECT_GT(steps().size(), 20U) << "what was looked at";
  for (const auto& [sql, most] : steps()) EXPECT_LT(most, 10) << sql;
}

}  // namespace
}  // namespace crafter
