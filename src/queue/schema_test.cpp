// state.db refuses what is not ours, what is newer, and what breaks its own rules.

#include "queue/schema.h"

#include <sys/stat.h>

#include <fstream>

#include "queue/fixture_test.h"
#include "queue/schema_steps.h"

namespace crafter {
namespace {

class SchemaTest : public InFolder {
 protected:
  Failure refusal() {
    auto opened = Journal::open(path(), clock_);
    if (opened) throw std::runtime_error("it was opened");
    return opened.failure();
  }
  void overwrite(const std::string& bytes) {
    std::filesystem::create_directories(folder_ / "state");
    std::ofstream(path(), std::ios::binary) << bytes;
  }
};

TEST_F(SchemaTest, KeepsTheFileFromOthers) {
  open();
  struct stat status{};
  ASSERT_EQ(::stat(path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  ASSERT_EQ(::stat((folder_ / "state").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700U);
  const auto journal = open();
  must(journal->add("create", "a", Json(JsonObject())));
  ASSERT_EQ(::stat((path() + "-wal").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST_F(SchemaTest, IsDurableAndSafe) {
  Database database = must(open_for_writing(path()));
  EXPECT_EQ(must(database.text("PRAGMA journal_mode")), "wal");
  EXPECT_EQ(must(database.number("PRAGMA synchronous")), 2);
  EXPECT_EQ(must(database.number("PRAGMA foreign_keys")), 1);
  EXPECT_EQ(must(database.text("PRAGMA integrity_check")), "ok");
}

TEST_F(SchemaTest, RefusesALaterFormatAndNamesTheProgramItNeeds) {
  open();
  must(database().run("UPDATE about SET value = '3.1.0'; PRAGMA user_version = 7;"));
  const Failure failure = refusal();
  EXPECT_EQ(failure.fault(), Fault::unavailable);
  EXPECT_EQ(code_of(failure), "state.newer");
  EXPECT_NE(failure.message().find("format 7"), std::string::npos);
  EXPECT_EQ(failure.diagnostics().front().hint, "use MCP Crafter 3.1.0 or later");
}

TEST_F(SchemaTest, RefusesALaterFormatThatItCannotReadAtAll) {
  open();
  must(database().run("DROP TABLE about; PRAGMA user_version = 7;"));
  EXPECT_EQ(refusal().diagnostics().front().hint, "use a later MCP Crafter");
}

TEST_F(SchemaTest, BringsAFileOfTheFirstFormatUpToOurs) {
  overwrite("");
  {
    Database old = database();
    must(old.run(kFirstTables));
    must(old.run("PRAGMA application_id = 1296257091; PRAGMA user_version = 1;"));
    must(old.run(
        "INSERT INTO builds VALUES (1, printf('%036d', 1), 'a', 'create', 'pending', 0, '', '', "
        "'then', '', 0, '{\"server_name\":\"a\"}', '[]', 'x', 0, 0);"
        "UPDATE builds SET state = 'in_progress';"
        "UPDATE builds SET state = 'success', finished_at = 'now', progress = 100;"
        "INSERT INTO events VALUES (1, printf('%036d', 1), 'a', 'success', 100, '', '', 'now');"
        "INSERT INTO servers VALUES ('a', printf('%036d', 1));"));
  }
  const auto journal = open();
  EXPECT_EQ(must(database().number("PRAGMA user_version")), 2);
  const auto builds = must(journal->latest(10));
  ASSERT_EQ(builds.size(), 1U);
  EXPECT_EQ(builds.front().state, BuildState::success);
  EXPECT_EQ(builds.front().created_at, "then");
  EXPECT_EQ(builds.front().asker.principal, "owner");
  EXPECT_EQ(builds.front().asker.key, "");
  EXPECT_EQ(must(journal->events(0, "", 10)).size(), 1U);
  EXPECT_EQ(must(journal->servers()).front().principal, "owner");
  must(journal->add("create", "b", Json(JsonObject()), {"ada", "key", "digest"}));
  EXPECT_FALSE(journal->add("create", "c", Json(JsonObject()), {"ada", "key", "digest"}));
  EXPECT_EQ(must(database().text("PRAGMA integrity_check")), "ok");
}

TEST_F(SchemaTest, AFileMadeAnewIsTheSameAsOneBroughtUp) {
  open();
  const auto tables = [&] {
    std::string all;
    must(database().each("SELECT coalesce(sql, '') FROM sqlite_schema ORDER BY name",
                         [&](const Row& row) { all += row.text(0) + ";\n"; }));
    return all;
  };
  const std::string anew = tables();
  std::filesystem::remove_all(folder_ / "state");
  overwrite("");
  must(database().run(kFirstTables));
  must(database().run("PRAGMA application_id = 1296257091; PRAGMA user_version = 1;"));
  open();
  EXPECT_EQ(tables(), anew);
}

TEST_F(SchemaTest, RefusesTheFileOfAnotherProgram) {
  overwrite("");
  must(database().run("CREATE TABLE notes (text)"));
  EXPECT_EQ(code_of(refusal()), "state.foreign");
  EXPECT_EQ(must(database().text("PRAGMA journal_mode")), "delete") << "it was not changed";
}

TEST_F(SchemaTest, RefusesWhatIsNoDatabase) {
  overwrite(std::string(8192, 'x'));
  EXPECT_EQ(refusal().fault(), Fault::unavailable);
  EXPECT_EQ(code_of(refusal()), "state.corrupt");
  EXPECT_NE(refusal().message().find(path()), std::string::npos);
}

TEST_F(SchemaTest, RefusesADamagedFile) {
  open();
  std::fstream file(path(), std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(100);
  file << std::string(3000, '\xff');
  file.close();
  EXPECT_EQ(code_of(refusal()), "state.corrupt");
}

TEST_F(SchemaTest, RefusesALinkAndAFolder) {
  overwrite("");
  std::filesystem::rename(path(), folder_ / "elsewhere");
  std::filesystem::create_symlink(folder_ / "elsewhere", path());
  EXPECT_EQ(refusal().fault(), Fault::conflict);
  EXPECT_EQ(std::filesystem::file_size(folder_ / "elsewhere"), 0U);
  std::filesystem::remove(path());
  std::filesystem::create_directory(path());
  EXPECT_EQ(refusal().fault(), Fault::conflict);
}

TEST_F(SchemaTest, StartsAgainFromAnEmptyFileThatAKilledProcessLeft) {
  overwrite("");
  std::filesystem::create_directories(folder_ / "state/stage/journal");
  put_file(folder_ / "state/stage/journal/state.db", "");
  must(open()->add("create", "a", Json(JsonObject())));
  EXPECT_EQ(must(open()->latest(10)).size(), 1U);
}

constexpr std::string_view kBuild =
    "INSERT INTO builds VALUES (1, printf('%036d', 1), 'a', 'create', 'pending', 0, '', '', '', "
    "'', 0, '{}', '[]', 'x', 0, 0, 'owner', '', '')";

TEST_F(SchemaTest, AllowsTheChangesOfStateThatTheTableAllows) {
  open();
  Database file = database();
  constexpr BuildEvent kEvents[] = {BuildEvent::start, BuildEvent::succeed, BuildEvent::fail,
                                    BuildEvent::cancel, BuildEvent::requeue};
  const auto change = [&](std::string_view state) {
    return file.change(
        "UPDATE builds SET state = ?1, finished_at = CASE WHEN ?1 IN "
        "('pending', 'in_progress') THEN '' ELSE 'now' END",
        state);
  };
  for (int from = 0; from < 5; ++from)
    for (int to = 0; to < 5; ++to) {
      const auto old = static_cast<BuildState>(from);
      const auto next = static_cast<BuildState>(to);
      must(file.run("BEGIN"));
      must(file.change(kBuild));
      if (from > 0) must(change("in_progress"));
      if (from > 1) must(change(spelled(old)));
      bool is_legal = old == next;
      for (const BuildEvent event : kEvents) is_legal = is_legal || after(old, event) == next;
      EXPECT_EQ(static_cast<bool>(change(spelled(next))), is_legal)
          << spelled(old) << " to " << spelled(next);
      must(file.run("ROLLBACK"));
    }
}

TEST_F(SchemaTest, RefusesRowsThatBreakItsRules) {
  open();
  Database file = database();
  must(file.run("PRAGMA foreign_keys = ON"));
  must(file.change(kBuild));
  must(
      file.run("INSERT INTO events VALUES (1, printf('%036d', 1), 'a', 'pending', 0, '', '', '')"));
  must(
      file.run("INSERT INTO builds VALUES (4, printf('%036d', 4), 'b', 'create', 'pending', 0, '', "
               "'', '', '', 0, '{}', '[]', 'x', 0, 0, 'ada', 'key', 'x')"));
  for (const char* wrong : {
           "UPDATE builds SET state = 'running'",
           "UPDATE builds SET progress = 101",
           "UPDATE builds SET progress = 'half'",
           "UPDATE builds SET finished_at = 'now'",
           "UPDATE builds SET kind = 'rename'",
           "UPDATE builds SET attempts = 4",
           "UPDATE builds SET id = 'short'",
           "DELETE FROM builds",
           "DELETE FROM events",
           "UPDATE events SET message = 'other'",
           "INSERT INTO events VALUES (3, printf('%036d', 1), 'a', 'pending', 0, '', '', '')",
           "INSERT INTO events VALUES (2, 'nobody', 'a', 'pending', 0, '', '', '')",
           "INSERT INTO servers VALUES ('a', 'nobody')",
           "INSERT INTO builds SELECT 2, printf('%036d', 2), 'a', 'create', 'in_progress', 0, '', "
           "'', '', '', 0, '{}', '[]', 'x', 0, 0, 'owner', '', ''",
           "UPDATE builds SET principal = ''",
           "UPDATE builds SET idempotency_key = printf('%0129d', 1), request = 'x'",
           "UPDATE builds SET idempotency_key = 'key'",
           "INSERT INTO builds SELECT 3, printf('%036d', 3), 'a', 'create', 'pending', 0, '', '', "
           "'', '', 0, '{}', '[]', 'x', 0, 0, 'ada', 'key', 'x'",
       })
    EXPECT_FALSE(file.run(wrong)) << wrong;
}

TEST_F(SchemaTest, ARowThatCannotBeReadIsADamagedJournal) {
  const auto journal = open();
  const Build build = must(journal->add("create", "a", Json(JsonObject())));
  must(database().run("UPDATE builds SET diagnostics = '7'"));
  EXPECT_EQ(code_of(journal->find(build.id).failure()), "state.corrupt");
  must(database().run("UPDATE builds SET diagnostics = '[]', form = '{'"));
  EXPECT_FALSE(journal->find(build.id));
}

}  // namespace
}  // namespace crafter
