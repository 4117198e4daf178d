// A Pattern is a compiled regular expression that cannot be slow.

#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace crafter {

/// Borrows nothing, may be shared between threads.
class Pattern {
 public:
  explicit Pattern(std::string_view ecma);
  Pattern(Pattern&&) noexcept;
  Pattern& operator=(Pattern&&) noexcept;
  ~Pattern();

  /// What is wrong with it; empty when nothing is.
  [[nodiscard]] const std::string& problem() const { return problem_; }
  /// Whether it can be used: right, and within what RE2 does in linear time.
  [[nodiscard]] bool is_usable() const { return regex_ != nullptr; }
  /// Whether it occurs anywhere in `text`. Every text matches a Pattern that cannot be used.
  [[nodiscard]] bool matches(std::string_view text) const;
  /// Its size, in RE2's instructions: what compiling costs, and a byte of text at worst.
  [[nodiscard]] std::size_t cost() const { return cost_; }

 private:
  std::unique_ptr<re2::RE2> regex_;
  std::string problem_;
  std::size_t cost_ = 0;
};

}  // namespace crafter
