// Base64 (RFC 4648, section 4), strict.

#include "base/base64.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace crafter {
namespace {

constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<std::int8_t, 256> kValues = [] {
  std::array<std::int8_t, 256> values{};
  values.fill(-1);
  for (std::size_t i = 0; i < kDigits.size(); ++i)
    values[static_cast<unsigned char>(kDigits[i])] = static_cast<std::int8_t>(i);
  return values;
}();

/// The bits of four digits, of which the last `padding` are zero; negative when one is none.
std::int32_t bits_of(std::string_view digits, std::size_t padding) {
  std::int32_t bits = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const int value = i + padding < 4 ? kValues[static_cast<unsigned char>(digits[i])] : 0;
    if (value < 0) return -1;
    bits = bits << 6 | value;
  }
  return bits;
}

}  // namespace

std::string write_base64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - at);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i)
      bits = bits << 8 | (i < count ? static_cast<unsigned char>(bytes[at + i]) : 0U);
    for (std::size_t i = 0; i < 4; ++i)
      text += i <= count ? kDigits[bits >> (18 - 6 * i) & 63U] : '=';
  }
  return text;
}

std::optional<std::string> read_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  for (std::size_t at = 0; at < text.size(); at += 4) {
    const bool is_last = at + 4 == text.size();
    const std::size_t padding = !is_last || text[at + 3] != '=' ? 0 : text[at + 2] != '=' ? 1 : 2;
    const std::int32_t bits = bits_of(text.substr(at, 4), padding);
    if (bits < 0 || (bits & ((1 << 8 * padding) - 1)) != 0) return std::nullopt;
    for (std::size_t i = 0; i + padding < 3; ++i)
      bytes += static_cast<char>(bits >> (16 - 8 * i) & 0xFF);
  }
  return bytes;
}

}  // namespace crafter
