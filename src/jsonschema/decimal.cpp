// Compares decimal digits; no division of doubles.

#include "jsonschema/decimal.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>

namespace crafter {
namespace {

/// digits * 10^exponent; digits have no zero at the end.
struct Decimal {
  std::uint64_t digits = 0;
  int exponent = 0;
};

Decimal decimal_of(const Json& number) {
  const std::string text = write_json(number);
  Decimal decimal;
  bool behind_dot = false;
  std::size_t at = 0;
  for (; at < text.size() && text[at] != 'e'; ++at) {
    if (text[at] == '.') behind_dot = true;
    if (text[at] < '0' || text[at] > '9') continue;
    decimal.digits = decimal.digits * 10 + static_cast<std::uint64_t>(text[at] - '0');
    decimal.exponent -= behind_dot ? 1 : 0;
  }
  int power = 0;
  at += at + 1 < text.size() && text[at + 1] == '+' ? 2 : 1;
  if (at < text.size()) std::from_chars(text.data() + at, text.data() + text.size(), power);
  decimal.exponent += power;
  for (; decimal.digits != 0 && decimal.digits % 10 == 0; decimal.digits /= 10) ++decimal.exponent;
  return decimal;
}

}  // namespace

bool is_multiple(const Json& number, const Json& divisor) {
  const Decimal one = decimal_of(number);
  const Decimal two = decimal_of(divisor);
  if (one.digits == 0) return true;
  if (two.digits == 0 || one.exponent < two.exponent) return false;
  std::uint64_t rest = one.digits % two.digits;
  for (int i = one.exponent - two.exponent; i > 0 && rest != 0; --i) {
    // Times ten by doubling, so that digits up to 2^64 cannot overflow.
    const auto doubled = [&](std::uint64_t x) {
      return x >= two.digits - x ? x - (two.digits - x) : x + x;
    };
    const std::uint64_t twice = doubled(rest);
    const std::uint64_t eight = doubled(doubled(twice));
    rest = eight >= two.digits - twice ? eight - (two.digits - twice) : eight + twice;
  }
  return rest == 0;
}

}  // namespace crafter
