// Statements that are kept do not get into each other's way.

#include "queue/sqlite.h"

#include <chrono>

#include "queue/fixture_test.h"
#include "queue/schema.h"

namespace crafter {
namespace {

class SqliteTest : public InFolder {
 protected:
  void SetUp() override {
    must(database_.run("CREATE TABLE numbers (n INTEGER); INSERT INTO numbers VALUES (1), (2)"));
  }
  Database database_ = must(open_for_writing(path()));
};

constexpr std::string_view kAll = "SELECT n FROM numbers ORDER BY n";
constexpr std::string_view kLeast = "SELECT min(n) FROM numbers";

TEST_F(SqliteTest, AStatementMayRunWithinItself) {
  std::vector<std::int64_t> seen;
  must(database_.each(kAll, [&](const Row& outer) {
    must(database_.each(
        kAll, [&](const Row& inner) { seen.push_back(outer.number(0) * 10 + inner.number(0)); }));
  }));
  EXPECT_EQ(seen, (std::vector<std::int64_t>{11, 12, 21, 22}));
}

TEST_F(SqliteTest, AStatementForgetsWhatWasBoundToIt) {
  constexpr std::string_view kText = "SELECT coalesce(?, 'nothing')";
  EXPECT_EQ(must(database_.text(kText, "something")), "something");
  EXPECT_EQ(must(database_.text(kText)), "nothing");
}

TEST_F(SqliteTest, AStatementThatFailedCanRunAgainAndHoldsNoLock) {
  must(database_.run("CREATE UNIQUE INDEX once ON numbers (n)"));
  constexpr std::string_view kPut = "INSERT INTO numbers VALUES (?)";
  EXPECT_FALSE(database_.change(kPut, 1));
  EXPECT_EQ(must(database_.change(kPut, 3)), 1);
  EXPECT_EQ(must(database_.number("SELECT max(n) FROM numbers")), 3);
  Database other = must(Database::open(path(), Database::Mode::write));
  EXPECT_EQ(must(other.change(kPut, 4)), 1);
}

TEST_F(SqliteTest, AStatementFollowsTheTables) {
  EXPECT_EQ(must(database_.number("SELECT count(*) FROM numbers")), 2);
  must(database_.run("ALTER TABLE numbers RENAME TO old; CREATE TABLE numbers (n INTEGER)"));
  EXPECT_EQ(must(database_.number("SELECT count(*) FROM numbers")), 0);
}

TEST_F(SqliteTest, MayBeMovedWithItsStatements) {
  EXPECT_EQ(must(database_.number(kLeast)), 1);
  Database moved = std::move(database_);
  EXPECT_EQ(must(moved.number(kLeast)), 1);
  moved = must(Database::open(path(), Database::Mode::read));
  EXPECT_EQ(must(moved.number(kLeast)), 1);
}

TEST_F(SqliteTest, WaitsForAnotherWriterForAboutAsLongAsItMay) {
  must(database_.run("BEGIN IMMEDIATE"));
  Database other = must(Database::open(path(), Database::Mode::write));
  other.wait_at_most(50);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(code_of(other.change("BEGIN IMMEDIATE").failure()), "state.busy");
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(50));
  must(database_.run("COMMIT"));
  EXPECT_TRUE(other.change("BEGIN IMMEDIATE"));
}

}  // namespace
}  // namespace crafter
