// Resolves plain scalars: a table of words, then the grammar of numbers.

#include "base/yaml_scalar.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace crafter {
namespace {

struct Word {
  std::string_view text;
  Json value;
};

std::optional<Json> find_word(std::string_view text) {
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL")
    return nullptr;
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  return std::nullopt;
}

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
}

/// 0o17 and 0xFF, which have no sign.
std::optional<Number> read_prefixed(std::string_view text) {
  if (!text.starts_with("0o") && !text.starts_with("0x")) return std::nullopt;
  const int base = text[1] == 'o' ? 8 : 16;
  const std::string_view digits = text.substr(2);
  std::uint64_t value = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value, base);
  if (stop != end || error == std::errc::invalid_argument) return std::nullopt;
  if (error != std::errc()) return Number{nullptr, "the number is too large", "quote it"};
  if (value > INT64_MAX) return Number{Json(value), {}, {}};
  return Number{Json(static_cast<std::int64_t>(value)), {}, {}};
}

/// (\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?
bool is_decimal(std::string_view text) {
  const std::size_t exponent = std::min(text.find_first_of("eE"), text.size());
  if (exponent < text.size()) {
    std::string_view power = text.substr(exponent + 1);
    if (power.starts_with('+') || power.starts_with('-')) power.remove_prefix(1);
    if (!is_digits(power)) return false;
  }
  const std::string_view mantissa = text.substr(0, exponent);
  const std::size_t dot = mantissa.find('.');
  if (dot == mantissa.npos) return is_digits(mantissa);
  const std::string_view before = mantissa.substr(0, dot);
  const std::string_view after = mantissa.substr(dot + 1);
  if (before.empty()) return is_digits(after);
  return is_digits(before) && (after.empty() || is_digits(after));
}

bool is_not_finite(std::string_view unsigned_text) {
  constexpr std::string_view kNames[] = {".inf", ".Inf", ".INF"};
  return std::ranges::find(kNames, unsigned_text) != std::end(kNames);
}

bool is_nan(std::string_view text) { return text == ".nan" || text == ".NaN" || text == ".NAN"; }

}  // namespace

Number read_plain_scalar(std::string_view text) {
  if (auto word = find_word(text)) return {*std::move(word), {}, {}};
  if (auto number = read_prefixed(text)) return *std::move(number);
  const bool is_signed = text.starts_with('-') || text.starts_with('+');
  const std::string_view digits = text.substr(is_signed ? 1 : 0);
  if (is_nan(text) || is_not_finite(digits))
    return {nullptr, fmt::format("{} is not a number here", text), "use null, or quote it"};
  const std::string_view number = text.starts_with('+') ? digits : text;
  if (is_digits(digits)) return read_integer(number);
  if (is_decimal(digits)) return read_double(number);
  return {Json(text), {}, {}};
}

}  // namespace crafter
