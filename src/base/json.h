// JSON values, and the one reader and writer of them.

#pragma once

#include <boost/json.hpp>
#include <compare>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace crafter {

using Json = boost::json::value;
using JsonArray = boost::json::array;
using JsonObject = boost::json::object;  // keeps the order of its members

/// What a text from outside may be at most (product.md, "Forms").
struct Limits {
  std::size_t bytes = 1 << 20;
  std::size_t depth = 64;
  std::size_t nodes = 50'000;
  std::size_t string_bytes = 256 << 10;
};

/// For texts of our own making: catalog, lock, manifest.
inline constexpr Limits kTrusted{64U << 20, 256, 4'000'000, 16U << 20};

/// Reads strict JSON (RFC 8259): one value, UTF-8 without BOM, no duplicate member, every number
/// finite and doubles exact. `file` names the text in diagnostics. Fails with invalid_input.
Result<Json> parse_json(std::string_view text, std::string_view file = "json",
                        const Limits& limits = {});

/// Compact JSON. Doubles are the shortest text that reads back equal: 21.5, 1e+300, 1.0.
std::string write_json(const Json& value);
/// The same, at the end of `out`.
void append_json(std::string& out, const Json& value);
void append_json(std::string& out, const JsonObject& members);

/// Indented by two spaces, a line feed at the end. Empty containers stay on one line.
std::string write_pretty_json(const Json& value);

/// Members sorted by name at every level, integral doubles as integers: equal for equal values.
std::string canonical_json(const Json& value);

/// Whether two values are equal as JSON Schema means it: 1 equals 1.0, member order is free.
bool equal_json(const Json& one, const Json& two);

/// The order of two numbers, exact across integers and doubles.
std::partial_ordering compare_numbers(const Json& one, const Json& two);

/// The value at a JSON pointer (RFC 6901), or nullptr.
const Json* at_pointer(const Json& root, std::string_view pointer);

/// Appends one token to a pointer, escaped ("a/b" becomes "a~1b").
std::string append_pointer(std::string_view pointer, std::string_view token);
std::string append_pointer(std::string_view pointer, std::size_t index);

/// The member `name` of an object, or nullptr when `value` is no object or has none.
const Json* find(const Json& value, std::string_view name);

/// A string member's text; "" when it is absent or no string.
std::string_view text_of(const Json& value, std::string_view name);

}  // namespace crafter
