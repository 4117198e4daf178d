// Python's rules, narrowed: what would surprise is an error.

#include "tmpl/value.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "base/number.h"
#include "tmpl/tmpl.h"

namespace crafter {

bool is_truthy(const Json& value) {
  switch (value.kind()) {
    case boost::json::kind::null:
      return false;
    case boost::json::kind::bool_:
      return value.get_bool();
    case boost::json::kind::int64:
      return value.get_int64() != 0;
    case boost::json::kind::uint64:
      return value.get_uint64() != 0;
    case boost::json::kind::double_:
      return value.get_double() != 0;
    case boost::json::kind::string:
      return !value.get_string().empty();
    case boost::json::kind::array:
      return !value.get_array().empty();
    case boost::json::kind::object:
      return !value.get_object().empty();
  }
  return false;
}

}  // namespace crafter

namespace crafter::tmpl {
namespace {

/// Exact for every integer on our platforms, where long double has 64 bits of mantissa.
std::optional<long double> number(const Json& value) {
  if (value.is_bool()) return value.get_bool() ? 1.0L : 0.0L;
  if (value.is_int64()) return static_cast<long double>(value.get_int64());
  if (value.is_uint64()) return static_cast<long double>(value.get_uint64());
  if (value.is_double()) return static_cast<long double>(value.get_double());
  return std::nullopt;
}

std::optional<std::partial_ordering> order_lists(const JsonArray& one, const JsonArray& two) {
  for (std::size_t i = 0; i < std::min(one.size(), two.size()); ++i)
    if (!equal(one[i], two[i])) return order(one[i], two[i]);
  return one.size() <=> two.size();
}

std::optional<std::int64_t> integer(const Json& value) {
  if (value.is_int64()) return value.get_int64();
  if (value.is_uint64() && std::in_range<std::int64_t>(value.get_uint64()))
    return static_cast<std::int64_t>(value.get_uint64());
  return std::nullopt;
}

Result<Json> sum_of_integers(std::int64_t one, std::int64_t two) {
  std::int64_t total = 0;
  if (__builtin_add_overflow(one, two, &total))
    return unplaced("type", "the sum is too large for an integer");
  return Json(total);
}

}  // namespace

Failure unplaced(std::string_view code, std::string message, std::string hint) {
  return {Fault::invalid_input, std::string(code), std::move(message), std::move(hint)};
}

std::string_view kind_of(const Json& value) {
  constexpr std::array<std::string_view, 8> kNames = {
      "null", "a boolean", "a number", "a number", "a number", "a text", "a list", "an object"};
  using boost::json::kind;
  static_assert(static_cast<int>(kind::null) == 0 && static_cast<int>(kind::bool_) == 1);
  static_assert(static_cast<int>(kind::string) == 5 && static_cast<int>(kind::object) == 7);
  return kNames[static_cast<std::size_t>(value.kind())];
}

bool equal(const Json& one, const Json& two) {
  if (const auto left = number(one)) return left == number(two);
  if (one.kind() != two.kind()) return false;
  if (one.is_string()) return one.get_string() == two.get_string();
  if (one.is_array()) return std::ranges::equal(one.get_array(), two.get_array(), equal);
  if (!one.is_object()) return true;  // null
  const JsonObject& others = two.get_object();
  return one.get_object().size() == others.size() &&
         std::ranges::all_of(one.get_object(), [&](const auto& member) {
           const Json* other = others.if_contains(member.key());
           return other != nullptr && equal(member.value(), *other);
         });
}

std::optional<std::partial_ordering> order(const Json& one, const Json& two) {
  const auto left = number(one);
  const auto right = number(two);
  if (left && right) return *left <=> *right;
  if (one.is_string() && two.is_string())
    return std::string_view(one.get_string()) <=> std::string_view(two.get_string());
  if (one.is_array() && two.is_array()) return order_lists(one.get_array(), two.get_array());
  return std::nullopt;
}

Result<bool> contains(const Json& container, const Json& item) {
  if (const auto* list = container.if_array())
    return std::ranges::any_of(*list, [&](const Json& one) { return equal(one, item); });
  if (item.is_string() && container.is_string())
    return std::string_view(container.get_string()).find(item.get_string()) !=
           std::string_view::npos;
  if (item.is_string() && container.is_object())
    return container.get_object().contains(item.get_string());
  return unplaced("type", fmt::format("{} cannot be in {}", kind_of(item), kind_of(container)));
}

Result<Json> sum(const Json& one, const Json& two) {
  const auto left = integer(one);
  const auto right = integer(two);
  if (left && right) return sum_of_integers(*left, *right);
  if (one.is_string() && two.is_string())
    return Json(std::string(one.get_string()) + std::string(two.get_string()));
  if (one.is_array() && two.is_array()) {
    Json whole = one;
    for (const Json& item : two.get_array()) whole.get_array().push_back(item);
    return whole;
  }
  const bool has_double = one.is_double() || two.is_double();
  if (has_double && one.is_number() && two.is_number())
    return Json(static_cast<double>(*number(one) + *number(two)));
  return unplaced("type", fmt::format("{} and {} have no sum", kind_of(one), kind_of(two)),
                  "texts of other values are joined by ~");
}

Result<std::string> written(const Json& value) {
  if (value.is_string()) return std::string(value.get_string());
  if (value.is_int64()) return fmt::format("{}", value.get_int64());
  if (value.is_uint64()) return fmt::format("{}", value.get_uint64());
  if (value.is_double()) return write_double(value.get_double());
  return unplaced("type", fmt::format("{} has no text of its own", kind_of(value)),
                  "use a member of it, or | join(\", \"), or | json");
}

std::size_t weight(const Json& value) {
  std::size_t bytes = Budget::kStep;
  if (value.is_string()) return bytes + value.get_string().size();
  if (const auto* items = value.if_array())
    for (const Json& item : *items) bytes += weight(item);
  if (const auto* members = value.if_object())
    for (const auto& member : *members) bytes += member.key().size() + weight(member.value());
  return bytes;
}

std::size_t cost(const Json& value) {
  if (value.is_string()) return value.get_string().size();
  if (value.is_array()) return value.get_array().size() * Budget::kStep;
  return value.is_object() ? value.get_object().size() * Budget::kStep : 0;
}

}  // namespace crafter::tmpl
