// Named things in the order in which they were put there.

#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

namespace crafter::mcp {

/// Thread-safe. What was taken from it stays good after it was replaced or removed.
template <class Entry>
class Shelf {
 public:
  using Item = std::shared_ptr<const Entry>;

  void put(const std::string& name, Item item) {
    const std::lock_guard lock(mutex_);
    const auto [place, is_new] = by_name_.try_emplace(name, item);
    if (is_new)
      names_.push_back(name);
    else
      place->second = std::move(item);
  }

  bool remove(std::string_view name) {
    const std::lock_guard lock(mutex_);
    const auto found = by_name_.find(name);
    if (found == by_name_.end()) return false;
    by_name_.erase(found);
    std::erase(names_, name);
    return true;
  }

  [[nodiscard]] Item find(std::string_view name) const {
    const std::shared_lock lock(mutex_);
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : found->second;
  }

  [[nodiscard]] std::vector<Item> all() const {
    const std::shared_lock lock(mutex_);
    std::vector<Item> items;
    for (const std::string& name : names_) items.push_back(by_name_.find(name)->second);
    return items;
  }

  [[nodiscard]] bool is_empty() const {
    const std::shared_lock lock(mutex_);
    return names_.empty();
  }

 private:
  mutable std::shared_mutex mutex_;
  std::vector<std::string> names_;
  std::map<std::string, Item, std::less<>> by_name_;
};

}  // namespace crafter::mcp
