// Keeps the lease of a build alive while somebody works on it.

#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "queue/journal.h"

namespace crafter {

/// Beats every five seconds on a thread of its own until destroyed.
class Heartbeat {
 public:
  Heartbeat(Journal& journal, std::string build_id)
      : thread_([this, &journal, id = std::move(build_id)](std::stop_token stop) {
          std::unique_lock lock(mutex_);
          while (!wake_.wait_for(lock, stop, std::chrono::seconds(5), [] { return false; })) {
            if (stop.stop_requested()) return;
            // A missed beat is not fatal: the lease lasts six of them.
            [[maybe_unused]] const auto beat = journal.heartbeat(id);
          }
        }) {}

 private:
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;
};

}  // namespace crafter
