// Who wants to know of changes, and telling them.

#include "mcp/hub.h"

#include <utility>

namespace crafter::mcp {

std::string_view method_of(Change::Kind kind) {
  constexpr std::string_view kMethods[] = {
      "notifications/tools/list_changed", "notifications/prompts/list_changed",
      "notifications/resources/list_changed", "notifications/resources/updated",
      "notifications/tasks"};
  return kMethods[static_cast<std::size_t>(kind)];
}

void Hub::add(const std::shared_ptr<Listener>& listener) {
  const std::lock_guard lock(mutex_);
  std::erase_if(listeners_, [](const auto& weak) { return weak.expired(); });
  listeners_.push_back(listener);
}

std::vector<std::shared_ptr<Listener>> Hub::living() {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<Listener>> found;
  for (const auto& weak : listeners_) {
    if (auto listener = weak.lock()) found.push_back(std::move(listener));
  }
  return found;
}

void Hub::announce(const Change& change) {
  for (const auto& listener : living()) listener->hear(change);
}

void Hub::end() {
  for (const auto& listener : living()) listener->end();
}

}  // namespace crafter::mcp
