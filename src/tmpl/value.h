// What Python, and so Jinja, says about values: equality, order, membership, text.

#pragma once

#include <compare>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"

namespace crafter::tmpl {

/// What one rendering or evaluation may still make: bytes of texts, and steps at kStep each.
class Budget {
 public:
  static constexpr std::size_t kStep = 16;

  /// False, and nothing is left, when there is not that much.
  bool spend(std::size_t bytes) {
    const bool enough = bytes <= left_;
    left_ = enough ? left_ - bytes : 0;
    return enough;
  }

 private:
  std::size_t left_ = 128U << 20;
};

/// 1 equals 1.0 and true; lists and objects by their parts.
bool equal(const Json& one, const Json& two);
/// Nothing when the two have no order: only numbers, texts and lists of those have.
std::optional<std::partial_ordering> order(const Json& one, const Json& two);
/// Item of a list, part of a text, name of an object's member. Fails for other containers.
Result<bool> contains(const Json& container, const Json& item);
/// Numbers, texts and lists. Fails for other pairs, and where an integer overflows.
Result<Json> sum(const Json& one, const Json& two);
/// The text of a text or number. Fails for all others: Python's spelling of them is never wanted.
Result<std::string> written(const Json& value);
/// "a list", "a text" ...
std::string_view kind_of(const Json& value);
/// How many bytes a copy takes, roughly.
std::size_t weight(const Json& value);
/// What looking through a value costs, its parts' parts aside.
std::size_t cost(const Json& value);

/// A failure whose place the caller adds.
Failure unplaced(std::string_view code, std::string message, std::string hint = {});

}  // namespace crafter::tmpl
