// Looks for what needs an escape, eight bytes at a time.

#include "base/json_text.h"

#include <bit>
#include <cstdint>
#include <cstring>

namespace crafter {
namespace {

constexpr std::uint64_t kOnes = 0x0101010101010101U;
constexpr std::uint64_t kHighs = 0x8080808080808080U;

bool is_plain(char c) {
  return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\';
}

/// The high bit of every byte below `least`, which is at most 0x80. Bytes behind the first such one
/// may be marked too.
constexpr std::uint64_t below(std::uint64_t eight, unsigned char least) {
  return (eight - kOnes * least) & ~eight & kHighs;
}

/// The same for bytes that are `c`.
constexpr std::uint64_t equal(std::uint64_t eight, char c) {
  return below(eight ^ (kOnes * static_cast<unsigned char>(c)), 1);
}

}  // namespace

std::size_t plain_size(std::string_view text) {
  std::size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, text.data() + at, 8);
    const std::uint64_t special = below(eight, 0x20) | equal(eight, '"') | equal(eight, '\\');
    if (special == 0) continue;
    if constexpr (std::endian::native != std::endian::little) break;
    return at + static_cast<std::size_t>(std::countr_zero(special)) / 8;
  }
  while (at < text.size() && is_plain(text[at])) ++at;
  return at;
}

}  // namespace crafter
