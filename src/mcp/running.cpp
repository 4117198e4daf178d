// Requests that are being served, by id, so that they can be cancelled.

#include "mcp/running.h"

namespace crafter::mcp {

bool Running::add(const std::shared_ptr<Conversation>& conversation) {
  const std::string id = write_json(conversation->request().id);
  conversation->on_end([self = weak_from_this(), id, it = conversation.get()] {
    std::shared_ptr<Conversation> ended;  // let go of outside the lock
    if (const auto running = self.lock()) {
      const std::lock_guard lock(running->mutex_);
      const auto found = running->by_id_.find(id);
      if (found == running->by_id_.end() || found->second.get() != it) return;
      ended = std::move(found->second);
      running->by_id_.erase(found);
      running->ended_.notify_all();
    }
  });
  std::shared_ptr<Conversation> former = conversation;  // let go of outside the lock
  const std::lock_guard lock(mutex_);
  auto& place = by_id_[id];
  if (place != nullptr && !place->is_over()) return false;
  place.swap(former);
  return true;
}

void Running::cancel(const Json& id) {
  std::shared_ptr<Conversation> conversation;
  {
    const std::lock_guard lock(mutex_);
    const auto found = by_id_.find(write_json(id));
    if (found != by_id_.end()) conversation = found->second;
  }
  if (conversation != nullptr) conversation->cancel();
}

std::map<std::string, std::shared_ptr<Conversation>> Running::all() const {
  const std::lock_guard lock(mutex_);
  return by_id_;
}

void Running::cancel_all() {
  for (const auto& [id, conversation] : all()) conversation->cancel();
}

void Running::wind_up(std::chrono::milliseconds grace) {
  for (const auto& [id, conversation] : all()) conversation->wind_up();
  {
    std::unique_lock lock(mutex_);
    ended_.wait_for(lock, grace, [&] { return by_id_.empty(); });
  }
  cancel_all();
}

}  // namespace crafter::mcp
