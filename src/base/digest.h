// SHA-256 digests and identifiers.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace crafter {

/// Lower-case hexadecimal SHA-256 of the bytes.
std::string sha256(std::string_view bytes);

/// UUIDv7 (RFC 9562): `milliseconds` since 1970 and ten random bytes, which the caller supplies.
std::string uuid_v7(std::int64_t milliseconds, const std::array<std::uint8_t, 10>& random);

}  // namespace crafter
