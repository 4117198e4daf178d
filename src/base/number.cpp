// Reads and writes numbers with <charconv>, which is exact both ways.

#include "base/number.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <system_error>

#include "base/assert.h"

namespace crafter {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Moves `at` behind a run of digits; false when there is none.
bool skip_digits(std::string_view text, std::size_t& at) {
  const std::size_t begin = at;
  while (at < text.size() && is_digit(text[at])) ++at;
  return at > begin;
}

template <class T>
bool read_whole(std::string_view text, T& value) {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && stop == end;
}

/// Whether a number that from_chars found out of range is too small rather than too large.
bool is_tiny(std::string_view text) {
  const std::size_t exponent = text.find_first_of("eE");
  if (exponent != std::string_view::npos) return text.substr(exponent + 1).starts_with('-');
  return text.find('.') < text.find_first_of("123456789");
}

}  // namespace

bool is_json_number(std::string_view text) {
  std::size_t at = text.starts_with('-') ? 1 : 0;
  const std::size_t first = at;
  if (!skip_digits(text, at)) return false;
  if (text[first] == '0' && at > first + 1) return false;
  if (at < text.size() && text[at] == '.' && !skip_digits(text, ++at)) return false;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (!skip_digits(text, at)) return false;
  }
  return at == text.size();
}

Number read_integer(std::string_view text) {
  if (std::int64_t small = 0; read_whole(text, small)) return {Json(small), {}, {}};
  if (std::uint64_t large = 0; read_whole(text, large)) return {Json(large), {}, {}};
  const std::string_view sign = text.starts_with('-') ? "-" : "";
  std::string_view digits = text.substr(sign.size());
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size() - 1));
  double near = 0;
  if (!read_whole(text, near) || !std::isfinite(near))
    return {nullptr, "the number is too large", "write it as a string"};
  if (fmt::format("{:.0f}", std::fabs(near)) != digits)
    return {nullptr, "the integer is too large to be kept exactly", "write it as a string"};
  return {Json(near), {}, {}};
}

Number read_double(std::string_view text) {
  double value = 0;
  if (read_whole(text, value) && std::isfinite(value)) return {Json(value), {}, {}};
  if (is_tiny(text)) return {Json(text.starts_with('-') ? -0.0 : 0.0), {}, {}};
  return {nullptr, "the number is too large", "write it as a string"};
}

std::string write_double(double number) {
  CRAFTER_ASSERT(std::isfinite(number));
  const double size = std::fabs(number);
  const bool plain = size == 0 || (size >= 1e-4 && size < 1e16);
  char text[64];
  const auto format = plain ? std::chars_format::fixed : std::chars_format::scientific;
  const auto [end, error] = std::to_chars(text, text + sizeof text, number, format);
  CRAFTER_ASSERT(error == std::errc());
  std::string written(text, end);
  if (plain && written.find('.') == std::string::npos) written += ".0";
  return written;
}

}  // namespace crafter
