// Threads for what may take its time.

#include "mcp/workers.h"

#include <utility>

namespace crafter::mcp {

Workers::~Workers() {
  std::deque<std::function<void()>> dropped;
  {
    const std::lock_guard lock(mutex_);
    is_closed_ = true;
    dropped.swap(waiting_);
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool Workers::run(std::function<void()> work) {
  {
    const std::lock_guard lock(mutex_);
    if (is_closed_ || waiting_.size() >= most_waiting_) return false;
    waiting_.push_back(std::move(work));
    if (idle_ < waiting_.size() && threads_.size() < most_threads_)
      threads_.emplace_back([this] { work_on(); });
  }
  changed_.notify_one();
  return true;
}

void Workers::work_on() {
  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_;
    changed_.wait(lock, [&] { return is_closed_ || !waiting_.empty(); });
    --idle_;
    if (is_closed_) return;
    const auto work = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    work();
    lock.lock();
  }
}

}  // namespace crafter::mcp
