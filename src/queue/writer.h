// The Writer: the one place through which this program changes state.db.

#pragma once

#include <mutex>
#include <optional>
#include <utility>

#include "queue/sqlite.h"

namespace crafter {

/// Thread-safe. Whoever wants to commit several transactions with one fsync does it here.
class Writer {
 public:
  explicit Writer(Database database) : database_(std::move(database)) {}

  /// Runs `work` (Database& -> Result<T>) as one transaction: durable when this succeeds, without
  /// any effect when it fails.
  template <class Work>
  auto transact(Work work) -> decltype(work(std::declval<Database&>())) {
    const std::lock_guard lock(mutex_);
    if (broken_) return *broken_;
    TRY(database_.run("BEGIN IMMEDIATE"));
    auto result = work(database_);
    const auto end = result ? database_.run("COMMIT") : Result<>(result.failure());
    if (end) return result;
    static_cast<void>(database_.run("ROLLBACK"));
    // What failed to reach the disk once is not asked to go there again (security.md, R4).
    if (end.failure().diagnostics().front().code == "state.io") broken_ = end.failure();
    return end.failure();
  }

 private:
  std::mutex mutex_;
  Database database_;
  std::optional<Failure> broken_;
};

}  // namespace crafter
