// Many threads, few transactions: who fails, and what the others have of it.

#include "queue/writer.h"

#include <signal.h>
#include <sys/resource.h>

#include <atomic>
#include <thread>

#include "queue/fixture_test.h"
#include "queue/schema.h"

namespace crafter {
namespace {

constexpr int kThreads = 8;

class WriterTest : public InFolder {
 protected:
  void SetUp() override {
    must(database().run(
        "CREATE TABLE numbers (n INTEGER PRIMARY KEY, bytes BLOB);"
        "CREATE TABLE needs (n INTEGER REFERENCES numbers DEFERRABLE INITIALLY DEFERRED)"));
  }
  static Result<> put(Database& database, int number) {
    TRY(database.change("INSERT INTO numbers (n) VALUES (?)", number));
    return {};
  }
  Result<> put(int number) {
    return writer_.transact([=](Database& database) { return put(database, number); });
  }
  /// What each of many threads is answered. The first of them works until all others come.
  template <class Work>
  std::vector<std::optional<Result<>>> together(Work work) {
    std::vector<std::optional<Result<>>> answers(kThreads);
    std::atomic<int> come = 0;
    std::vector<std::jthread> threads;
    for (int number = 0; number < kThreads; ++number)
      threads.emplace_back([&, number] {
        ++come;
        answers[static_cast<std::size_t>(number)] = writer_.transact([&](Database& database) {
          while (come < kThreads) std::this_thread::yield();
          return work(database, number);
        });
      });
    return answers;
  }
  std::int64_t count() { return must(database().number("SELECT count(*) FROM numbers")); }

  Writer writer_{must(open_for_writing(path()))};
};

Failure refusal() { return {Fault::conflict, "refused", "no"}; }

TEST_F(WriterTest, AnswersWhatTheWorkAnswers) {
  const auto answer = writer_.transact([](Database& database) -> Result<std::int64_t> {
    TRY(put(database, 7));
    return database.number("SELECT max(n) FROM numbers");
  });
  EXPECT_EQ(must(answer), 7);
  EXPECT_EQ(count(), 1) << "another connection sees it";
}

TEST_F(WriterTest, UndoesAWorkThatFailsAndNoOther) {
  for (int round = 0; round < 20; ++round) {
    const int base = round * 100;
    const auto answers = together([=](Database& database, int number) -> Result<> {
      TRY(put(database, base + number));
      return number % 2 == 0 ? Result<>() : refusal();
    });
    for (int number = 0; number < kThreads; ++number)
      EXPECT_EQ(static_cast<bool>(answers[static_cast<std::size_t>(number)].value()),
                number % 2 == 0);
    EXPECT_EQ(count(), (round + 1) * kThreads / 2);
    EXPECT_EQ(must(database().number("SELECT count(*) FROM numbers WHERE n % 2 = 1")), 0);
  }
}

TEST_F(WriterTest, LeavesNothingOfATransactionThatCannotBeCommitted) {
  const auto alone = writer_.transact([](Database& database) -> Result<> {
    TRY(put(database, 1));
    TRY(database.change("INSERT INTO needs VALUES (2)"));
    return {};
  });
  EXPECT_EQ(code_of(alone.failure()), "state.sql");
  EXPECT_EQ(count(), 0);
  must(put(1));
  EXPECT_EQ(count(), 1) << "the next one can";
}

TEST_F(WriterTest, AcknowledgesNothingThatSharesAFailedCommit) {
  for (int round = 0; round < 20; ++round) {
    const int base = round * 100;
    const auto answers = together([=](Database& database, int number) -> Result<> {
      TRY(put(database, base + number));
      if (number == 0) TRY(database.change("INSERT INTO needs VALUES (-1)"));
      return {};
    });
    EXPECT_FALSE(answers[0].value());
    for (int number = 0; number < kThreads; ++number)
      EXPECT_EQ(must(database().number("SELECT count(*) FROM numbers WHERE n = ?", base + number)),
                answers[static_cast<std::size_t>(number)].value() ? 1 : 0)
          << number;
  }
}

/// What failed to reach the disk once is not asked to go there again (security.md, R4).
TEST_F(WriterTest, WritesNothingMoreOnceTheDeviceHasFailed) {
  must(put(1));
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const auto old = ::signal(SIGXFSZ, SIG_IGN);
  const rlimit narrow{100'000, before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &narrow);
  const auto failed = writer_.transact([](Database& database) -> Result<> {
    TRY(database.change("INSERT INTO numbers VALUES (2, zeroblob(1000000))"));
    return {};
  });
  ::setrlimit(RLIMIT_FSIZE, &before);
  ::signal(SIGXFSZ, old);
  ASSERT_FALSE(failed);
  EXPECT_EQ(code_of(failed.failure()), "state.io");
  EXPECT_EQ(code_of(put(3).failure()), "state.io");
  EXPECT_EQ(count(), 1);
}

}  // namespace
}  // namespace crafter
