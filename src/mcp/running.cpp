// Requests that are being served, by id, so that they can be cancelled.

#include "mcp/running.h"

namespace crafter::mcp {

bool Running::add(const std::shared_ptr<Conversation>& conversation) {
  conversation->listed_in(weak_from_this());
  const std::lock_guard lock(mutex_);
  return by_id_.emplace(write_json(conversation->request().id), conversation).second;
}

void Running::remove(const Conversation& conversation) {
  std::shared_ptr<Conversation> ended;  // let go of outside the lock
  const std::lock_guard lock(mutex_);
  const auto found = by_id_.find(write_json(conversation.request().id));
  if (found == by_id_.end() || found->second.get() != &conversation) return;
  ended = std::move(found->second);
  by_id_.erase(found);
  ended_.notify_all();
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
