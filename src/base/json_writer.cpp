// Writes JSON: compact, pretty and canonical.

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "base/json.h"
#include "base/json_text.h"
#include "base/number.h"
#include "base/text.h"

namespace crafter {
namespace {

constexpr char kHex[] = "0123456789abcdef";

void append_escape(std::string& out, char c) {
  constexpr std::string_view kShort = "\b\t\n\f\r\"\\";
  constexpr std::string_view kLetters = "btnfr\"\\";
  out += '\\';
  if (const std::size_t at = kShort.find(c); at != kShort.npos)
    out += kLetters[at];
  else
    out.append("u00").append(1, c < 0x10 ? '0' : '1').append(1, kHex[c & 0xF]);
}

/// With U+FFFD for each byte that is no UTF-8: file names and foreign files have such.
std::string mended(std::string_view text) {
  std::string all;
  while (const auto offset = find_invalid_utf8(text)) {
    all.append(text, 0, *offset).append("\xEF\xBF\xBD");
    text.remove_prefix(*offset + 1);
  }
  return all.append(text);
}

void append_text(std::string& out, std::string_view text) {
  if (find_invalid_utf8(text)) return append_text(out, mended(text));
  out += '"';
  for (;;) {
    const std::size_t plain = plain_size(text);
    out.append(text, 0, plain);
    if (plain == text.size()) break;
    append_escape(out, text[plain]);
    text.remove_prefix(plain + 1);
  }
  out += '"';
}

template <class Integer>
void append_integer(std::string& out, Integer number) {
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.begin(), digits.end(), number).ptr;
  out.append(digits.begin(), end);
}

void append_scalar(std::string& out, const Json& value) {
  switch (value.kind()) {
    case boost::json::kind::null:
      out += "null";
      break;
    case boost::json::kind::bool_:
      out += value.get_bool() ? "true" : "false";
      break;
    case boost::json::kind::int64:
      append_integer(out, value.get_int64());
      break;
    case boost::json::kind::uint64:
      append_integer(out, value.get_uint64());
      break;
    case boost::json::kind::double_:
      out += write_double(value.get_double());
      break;
    default:
      append_text(out, value.get_string());
  }
}

void append_pretty(std::string& out, const Json& value, std::size_t depth) {
  const auto* items = value.if_array();
  const auto* members = value.if_object();
  if ((items == nullptr || items->empty()) && (members == nullptr || members->empty()))
    return append_json(out, value);
  const std::string margin = "\n" + std::string(2 * depth + 2, ' ');
  std::string_view before = members != nullptr ? "{" : "[";
  const auto begin_part = [&] {
    out.append(before).append(margin);
    before = ",";
  };
  if (items != nullptr)
    for (const Json& item : *items) {
      begin_part();
      append_pretty(out, item, depth + 1);
    }
  if (members != nullptr)
    for (const auto& [name, member] : *members) {
      begin_part();
      append_text(out, name);
      out += ": ";
      append_pretty(out, member, depth + 1);
    }
  out.append(1, '\n').append(2 * depth, ' ').append(1, members != nullptr ? '}' : ']');
}

/// Integral doubles become integers; those beyond 64 bits are no integer's equal anyway.
Json canonical_number(double number) {
  if (number >= -0x1p63 && number < 0x1p63) {
    const auto whole = static_cast<std::int64_t>(number);
    if (static_cast<double>(whole) == number) return whole;
  } else if (number > 0 && number < 0x1p64) {
    return static_cast<std::uint64_t>(number);
  }
  return number;
}

Json canonical(const Json& value) {
  if (value.is_double()) return canonical_number(value.get_double());
  if (value.is_uint64() && value.get_uint64() <= INT64_MAX)
    return static_cast<std::int64_t>(value.get_uint64());
  if (const auto* items = value.if_array()) {
    JsonArray copies;
    copies.reserve(items->size());
    for (const Json& item : *items) copies.push_back(canonical(item));
    return copies;
  }
  const auto* members = value.if_object();
  if (members == nullptr) return value;
  std::vector<const boost::json::key_value_pair*> sorted;
  for (const auto& member : *members) sorted.push_back(&member);
  std::ranges::sort(sorted, {}, [](const auto* member) { return member->key(); });
  JsonObject copies;
  copies.reserve(sorted.size());
  for (const auto* member : sorted) copies.emplace(member->key(), canonical(member->value()));
  return copies;
}

}  // namespace

void append_json(std::string& out, const JsonObject& members) {
  char before = '{';
  for (const auto& [name, member] : members) {
    out += before;
    before = ',';
    append_text(out, name);
    out += ':';
    append_json(out, member);
  }
  out += members.empty() ? "{}" : "}";
}

void append_json(std::string& out, const Json& value) {
  if (const auto* items = value.if_array()) {
    char before = '[';
    for (const Json& item : *items) {
      out += before;
      before = ',';
      append_json(out, item);
    }
    out += items->empty() ? "[]" : "]";
  } else if (const auto* members = value.if_object()) {
    append_json(out, *members);
  } else {
    append_scalar(out, value);
  }
}

std::string write_json(const Json& value) {
  std::string out;
  append_json(out, value);
  return out;
}

std::string write_pretty_json(const Json& value) {
  std::string out;
  append_pretty(out, value, 0);
  return out + "\n";
}

std::string canonical_json(const Json& value) { return write_json(canonical(value)); }

}  // namespace crafter
