// Encodes, decodes and checks UTF-8 (RFC 3629).

#include "base/utf8.h"

#include <array>
#include <cstring>

#include "base/text.h"

namespace crafter {
namespace {

unsigned byte_at(std::string_view text, std::size_t offset) {
  return offset < text.size() ? static_cast<unsigned char>(text[offset]) : 0;
}

/// Bytes of the character that begins with `lead`; 0 when none does.
std::size_t width(unsigned lead) {
  if (lead < 0x80) return 1;
  if (lead < 0xC2) return 0;
  return lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
}

/// RFC 3629, section 4: after some leads the second byte has a narrower range.
bool is_second(unsigned lead, unsigned second) {
  const unsigned low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  return second >= low && second <= high;
}

bool is_rest(unsigned byte) { return (byte & 0xC0) == 0x80; }

}  // namespace

bool append_utf8(std::string& out, char32_t character) {
  const auto put = [&](char32_t bits) { out += static_cast<char>(bits); };
  if ((character >= 0xD800 && character < 0xE000) || character > 0x10FFFF) return false;
  if (character < 0x80) {
    put(character);
    return true;
  }
  if (character >= 0x10000) {
    put(0xF0 | (character >> 18));
    put(0x80 | ((character >> 12) & 0x3F));
  } else if (character >= 0x800) {
    put(0xE0 | (character >> 12));
  } else {
    put(0xC0 | (character >> 6));
  }
  if (character >= 0x800) put(0x80 | ((character >> 6) & 0x3F));
  put(0x80 | (character & 0x3F));
  return true;
}

char32_t next_utf8(std::string_view text, std::size_t& offset) {
  constexpr std::array<char32_t, 5> kMasks{0, 0x7F, 0x1F, 0x0F, 0x07};
  const unsigned lead = byte_at(text, offset);
  const std::size_t size = std::max<std::size_t>(width(lead), 1);
  char32_t character = lead & kMasks[size];
  for (std::size_t i = 1; i < size; ++i)
    character = (character << 6) | (byte_at(text, offset + i) & 0x3F);
  offset += size;
  return character;
}

std::optional<std::size_t> find_invalid_utf8(std::string_view bytes) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    std::uint64_t eight = 0;
    if (at + 8 <= bytes.size()) {
      std::memcpy(&eight, bytes.data() + at, 8);
      if ((eight & 0x8080808080808080U) == 0) {
        at += 8;
        continue;
      }
    }
    const unsigned lead = byte_at(bytes, at);
    const std::size_t size = width(lead);
    if (size == 0 || (size > 1 && !is_second(lead, byte_at(bytes, at + 1)))) return at;
    for (std::size_t i = 2; i < size; ++i)
      if (!is_rest(byte_at(bytes, at + i))) return at;
    at += size;
  }
  return std::nullopt;
}

}  // namespace crafter
