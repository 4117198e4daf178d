// SHA-256 by OpenSSL; UUIDs by hand.

#include "base/digest.h"

#include <openssl/evp.h>

#include "base/assert.h"

namespace crafter {
namespace {

void append_hex(std::string& out, std::uint8_t byte) {
  constexpr char kDigits[] = "0123456789abcdef";
  out += kDigits[byte >> 4];
  out += kDigits[byte & 0xF];
}

}  // namespace

std::string sha256(std::string_view bytes) {
  std::array<std::uint8_t, 32> digest{};
  unsigned size = 0;
  const int ok =
      EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr);
  CRAFTER_ASSERT(ok == 1 && size == digest.size());
  std::string hex;
  for (const std::uint8_t byte : digest) append_hex(hex, byte);
  return hex;
}

std::string uuid_v7(std::int64_t milliseconds, const std::array<std::uint8_t, 10>& random) {
  std::array<std::uint8_t, 16> bytes{};
  for (std::size_t i = 0; i < 6; ++i)
    bytes[i] = static_cast<std::uint8_t>(milliseconds >> (40 - 8 * i));
  for (std::size_t i = 0; i < random.size(); ++i) bytes[6 + i] = random[i];
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0F) | 0x70);  // version 7
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3F) | 0x80);  // variant of RFC 9562
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    append_hex(text, bytes[i]);
  }
  return text;
}

}  // namespace crafter
