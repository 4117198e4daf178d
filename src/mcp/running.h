// Requests that are being served, by id, so that they can be cancelled.

#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "mcp/conversation.h"

namespace crafter::mcp {

/// Thread-safe. Outlives its conversations by shared ownership.
class Running : public std::enable_shared_from_this<Running> {
 public:
  /// False when a request with this id is being served already; one that was answered is not, even
  /// before its end is through. Sets the conversation's end.
  [[nodiscard]] bool add(const std::shared_ptr<Conversation>& conversation);
  void remove(const Conversation& conversation);
  void cancel(const Json& id);
  void cancel_all();
  /// Ends what listens, waits for the rest as long as `grace`, then cancels it.
  void wind_up(std::chrono::milliseconds grace);

 private:
  std::vector<std::shared_ptr<Conversation>> all() const;

  mutable std::mutex mutex_;
  std::condition_variable ended_;
  std::vector<std::shared_ptr<Conversation>> conversations_;  // few at a time
};

}  // namespace crafter::mcp
