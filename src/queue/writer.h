// The Writer: the one place through which this program changes state.db.

#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "queue/sqlite.h"

namespace crafter {

/// Thread-safe. Threads that write at the same time share one transaction and so one fsync: the
/// first of them leads, runs the works of all that wait, each in a savepoint, and commits.
class Writer {
 public:
  explicit Writer(Database database) : database_(std::move(database)) {}

  /// Runs `work` (Database& -> Result<T>), perhaps on another thread that waits here too: durable
  /// when this succeeds, without any effect when it fails. When the transaction cannot be committed
  /// all who share it fail alike. `work` sees what those before it changed, and does not throw.
  template <class Work>
  auto transact(Work work) -> decltype(work(std::declval<Database&>())) {
    std::optional<decltype(work(std::declval<Database&>()))> answer;
    TRY(commit([&](Database& database) -> Result<> {
      answer.emplace(work(database));
      return *answer ? Result<>() : answer->failure();
    }));
    return *std::move(answer);
  }

 private:
  using Step = std::function<Result<>(Database&)>;
  /// What one thread wants to be done.
  struct Errand {
    const Step& step;
    Result<> end;
    bool is_done = false;
    std::condition_variable turn;  ///< it is done, or its thread leads
  };
  using Batch = std::vector<Errand*>;

  Result<> commit(const Step& step);
  void gather(std::unique_lock<std::mutex>& lock);
  void lead(std::unique_lock<std::mutex>& lock);
  Result<> transact_all(const Batch& batch);
  Result<> attempt_all(const Batch& batch);
  Result<> attempt(Errand& errand);

  std::mutex mutex_;
  std::deque<Errand*> waiting_;    // the first one leads
  Database database_;              // the leader's
  std::optional<Failure> broken_;  // the leader's
};

}  // namespace crafter
