// The beginning and the end of a long output.

#include "os/kept.h"

#include <fmt/core.h>

#include <algorithm>

namespace crafter {

void Kept::add(std::string_view bytes) {
  const std::size_t room = std::min(bytes.size(), half_ - head_.size());
  head_.append(bytes.substr(0, room));
  tail_.append(bytes.substr(room));
  if (tail_.size() <= 2 * half_) return;
  dropped_ += tail_.size() - half_;
  tail_.erase(0, tail_.size() - half_);
}

std::string Kept::text() const {
  const std::size_t surplus = tail_.size() > half_ ? tail_.size() - half_ : 0;
  if (dropped_ + surplus == 0) return head_ + tail_;
  return fmt::format("{}\n[... {} bytes left out ...]\n{}", head_, dropped_ + surplus,
                     std::string_view(tail_).substr(surplus));
}

}  // namespace crafter
