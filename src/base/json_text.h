// Where plain text ends inside a JSON string.

#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace crafter {
namespace bytes {

constexpr std::uint64_t kOnes = 0x0101010101010101U;
constexpr std::uint64_t kHighs = 0x8080808080808080U;

/// The high bit of every byte of eight that is below `least`, at most 0x80. Bytes behind the first
/// such one may be marked too.
constexpr std::uint64_t below(std::uint64_t eight, unsigned char least) {
  return (eight - kOnes * least) & ~eight & kHighs;
}

/// The same for bytes that are `c`.
constexpr std::uint64_t equal(std::uint64_t eight, char c) {
  return below(eight ^ (kOnes * static_cast<unsigned char>(c)), 1);
}

}  // namespace bytes

/// How many bytes at the beginning of `text` stand for themselves in a JSON string: no quote, no
/// backslash, no control character (RFC 8259, section 7). Looks at eight at a time.
inline std::size_t plain_size(std::string_view text) {
  std::size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, text.data() + at, 8);
    const std::uint64_t special =
        bytes::below(eight, 0x20) | bytes::equal(eight, '"') | bytes::equal(eight, '\\');
    if (special == 0) continue;
    if constexpr (std::endian::native != std::endian::little) break;
    return at + static_cast<std::size_t>(std::countr_zero(special)) / 8;
  }
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\') break;
  }
  return at;
}

}  // namespace crafter
