// Many works, one transaction.

#include "queue/writer.h"

#include <algorithm>
#include <thread>

namespace crafter {
namespace {

/// So that nobody waits for ever longer transactions, and the log does not grow without bound.
constexpr std::size_t kMostTogether = 64;

bool is_device_fault(const Failure& failure) {
  return failure.diagnostics().front().code == "state.io";
}

}  // namespace

Result<> Writer::commit(const Step& step) {
  Errand errand{.step = step};
  std::unique_lock lock(mutex_);
  waiting_.push_back(&errand);
  errand.turn.wait(lock, [&] { return errand.is_done || waiting_.front() == &errand; });
  if (!errand.is_done) lead(lock);
  return errand.end;
}

/// Lets those go first who are about to come: more of them share one fsync then.
void Writer::gather(std::unique_lock<std::mutex>& lock) {
  for (std::size_t before = 0; before < waiting_.size();) {
    before = waiting_.size();
    lock.unlock();
    std::this_thread::yield();
    lock.lock();
  }
}

/// Does what waits now, and hands the lead to whoever came meanwhile.
void Writer::lead(std::unique_lock<std::mutex>& lock) {
  gather(lock);
  const auto count = static_cast<std::ptrdiff_t>(std::min(waiting_.size(), kMostTogether));
  const Batch batch(waiting_.begin(), waiting_.begin() + count);
  lock.unlock();
  const Result<> end = transact_all(batch);
  lock.lock();
  waiting_.erase(waiting_.begin(), waiting_.begin() + count);
  for (Errand* errand : batch) {
    if (!end) errand->end = end;
    errand->is_done = true;
    errand->turn.notify_one();
  }
  if (!waiting_.empty()) waiting_.front()->turn.notify_one();
}

Result<> Writer::transact_all(const Batch& batch) {
  if (broken_) return *broken_;
  TRY(database_.change("BEGIN IMMEDIATE"));
  const Result<> end = attempt_all(batch);
  if (end) return end;
  static_cast<void>(database_.run("ROLLBACK"));
  // What failed to reach the disk once is not asked to go there again (security.md, R4).
  if (is_device_fault(end.failure())) broken_ = end.failure();
  return end;
}

Result<> Writer::attempt_all(const Batch& batch) {
  for (Errand* errand : batch) TRY(attempt(*errand));
  TRY(database_.change("COMMIT"));
  return {};
}

/// Fails when the transaction of all cannot go on: the device is at fault, or SQLite has given it
/// up (no space, no memory). Any other failure of a step undoes that step alone.
Result<> Writer::attempt(Errand& errand) {
  TRY(database_.change("SAVEPOINT step"));
  errand.end = errand.step(database_);
  if (!errand.end) {
    if (!database_.is_in_transaction() || is_device_fault(errand.end.failure())) return errand.end;
    TRY(database_.change("ROLLBACK TO step"));
  }
  TRY(database_.change("RELEASE step"));
  return {};
}

}  // namespace crafter
