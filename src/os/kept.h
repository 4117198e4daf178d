// The beginning and the end of a long output.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace crafter {

/// Keeps at most `limit` bytes of what is added: when there are more, the first and the last, with
/// a line between them that says how many are missing.
class Kept {
 public:
  explicit Kept(std::size_t limit) : half_(limit / 2) {}

  void add(std::string_view bytes);
  [[nodiscard]] std::string text() const;

 private:
  std::size_t half_;
  std::string head_;
  std::string tail_;  // at most twice its half: cut from time to time
  std::size_t dropped_ = 0;
};

}  // namespace crafter
