// Looks into JSON values: pointers, members, equality.

#include "base/json.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <compare>

#include "base/number.h"

namespace crafter {
namespace {

/// The token of a pointer, "~1" and "~0" replaced. RFC 6901, section 4.
std::string unescape(std::string_view token) {
  std::string name;
  for (std::size_t i = 0; i < token.size(); ++i) {
    const bool escaped = token[i] == '~' && i + 1 < token.size();
    name += !escaped ? token[i] : token[++i] == '1' ? '/' : '~';
  }
  return name;
}

const Json* step(const Json& value, std::string_view token) {
  if (value.is_object())
    return find(value, token.find('~') == token.npos ? token : unescape(token));
  const auto* items = value.if_array();
  if (items == nullptr || (token.size() > 1 && token[0] == '0')) return nullptr;
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), index);
  const bool whole = error == std::errc() && end == token.data() + token.size();
  return whole && index < items->size() ? &(*items)[index] : nullptr;
}

bool equal_members(const JsonObject& one, const JsonObject& two) {
  return one.size() == two.size() && std::ranges::all_of(one, [&](const auto& member) {
           const Json* other = two.if_contains(member.key());
           return other != nullptr && equal_json(member.value(), *other);
         });
}

}  // namespace

std::partial_ordering compare_numbers(const Json& one, const Json& two) {
  if (one.is_double() && two.is_double()) return one.get_double() <=> two.get_double();
  if (one.is_double()) return 0 <=> compare_numbers(two, one);
  if (two.is_double()) {
    // 2^63 and 2^64 are doubles; whatever lies between them has no fraction.
    const double other = two.get_double();
    if (other < -0x1p63) return std::partial_ordering::greater;
    if (other >= 0x1p64) return std::partial_ordering::less;
    const double floor = std::floor(other);
    const Json whole = floor < 0x1p63 ? Json(static_cast<std::int64_t>(floor))
                                      : Json(static_cast<std::uint64_t>(floor));
    const auto order = compare_numbers(one, whole);
    return order == 0 && floor < other ? std::partial_ordering::less : order;
  }
  if (one.is_int64() && two.is_int64()) return one.get_int64() <=> two.get_int64();
  if (one.is_uint64() && two.is_uint64()) return one.get_uint64() <=> two.get_uint64();
  if (one.is_uint64()) return 0 <=> compare_numbers(two, one);
  return std::cmp_less(one.get_int64(), two.get_uint64())    ? std::partial_ordering::less
         : std::cmp_equal(one.get_int64(), two.get_uint64()) ? std::partial_ordering::equivalent
                                                             : std::partial_ordering::greater;
}

bool equal_json(const Json& one, const Json& two) {
  if (one.is_number() && two.is_number()) return compare_numbers(one, two) == 0;
  if (one.kind() != two.kind()) return false;
  if (one.is_object()) return equal_members(one.get_object(), two.get_object());
  if (one.is_array()) return std::ranges::equal(one.get_array(), two.get_array(), equal_json);
  return one == two;
}

const Json* at_pointer(const Json& root, std::string_view pointer) {
  const Json* value = &root;
  if (!pointer.empty() && pointer[0] != '/') return nullptr;
  while (value != nullptr && !pointer.empty()) {
    pointer.remove_prefix(1);
    const std::size_t end = std::min(pointer.find('/'), pointer.size());
    value = step(*value, pointer.substr(0, end));
    pointer.remove_prefix(end);
  }
  return value;
}

std::string append_pointer(std::string_view pointer, std::string_view token) {
  std::string longer;
  longer.reserve(pointer.size() + 1 + token.size());
  longer.append(pointer).append(1, '/');
  for (const char c : token) {
    if (c == '~' || c == '/')
      longer.append(c == '~' ? "~0" : "~1");
    else
      longer += c;
  }
  return longer;
}

std::string append_pointer(std::string_view pointer, std::size_t index) {
  return append_pointer(pointer, std::to_string(index));
}

const Json* find(const Json& value, std::string_view name) {
  const auto* members = value.if_object();
  return members == nullptr ? nullptr : members->if_contains(name);
}

std::string_view text_of(const Json& value, std::string_view name) {
  const Json* member = find(value, name);
  const auto* text = member == nullptr ? nullptr : member->if_string();
  return text == nullptr ? std::string_view() : std::string_view(text->data(), text->size());
}

}  // namespace crafter
