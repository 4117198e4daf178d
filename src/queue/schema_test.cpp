// state.db refuses what is not ours, what is newer, and what breaks its own rules.

#include "queue/schema.h"

#include <sys/stat.h>

#include <fstream>

#include "queue/fixture_test.h"

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
    "'', 0, '{}', '[]', 'x', 0, 0)";

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
           "'', '', '', 0, '{}', '[]', 'x', 0, 0",
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
