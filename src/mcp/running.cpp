// Requests that are being served, by id, so that they can be cancelled.

#include "mcp/running.h"

#include <algorithm>
#include <utility>

namespace crafter::mcp {
namespace {

using Shared = std::shared_ptr<Conversation>;

}  // namespace

bool Running::add(const std::shared_ptr<Conversation>& conversation) {
  const Json& id = conversation->request().id;
  const std::lock_guard lock(mutex_);
  for (const auto& other : conversations_) {
    if (other->request().id == id && !other->is_over()) return false;
  }
  conversation->listed_in(weak_from_this());
  conversations_.push_back(conversation);
  return true;
}

void Running::remove(const Conversation& conversation) {
  std::shared_ptr<Conversation> ended;  // let go of outside the lock
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find(conversations_, &conversation, &Shared::get);
  if (found == conversations_.end()) return;
  ended = std::exchange(*found, std::move(conversations_.back()));
  conversations_.pop_back();
  ended_.notify_all();
}

void Running::cancel(const Json& id) {
  for (const auto& conversation : all()) {
    if (conversation->request().id == id) conversation->cancel();
  }
}

std::vector<std::shared_ptr<Conversation>> Running::all() const {
  const std::lock_guard lock(mutex_);
  return conversations_;
}

void Running::cancel_all() {
  for (const auto& conversation : all()) conversation->cancel();
}

void Running::wind_up(std::chrono::milliseconds grace) {
  for (const auto& conversation : all()) conversation->wind_up();
  {
    std::unique_lock lock(mutex_);
    ended_.wait_for(lock, grace, [&] { return conversations_.empty(); });
  }
  cancel_all();
}

}  // namespace crafter::mcp
