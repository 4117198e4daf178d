// Base64 (RFC 4648, section 4), strict.

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace crafter {

/// With padding.
std::string write_base64(std::string_view bytes);

/// Nothing when `text` is not exactly what write_base64 writes for some bytes: wrong characters or
/// padding, unused bits that are set.
std::optional<std::string> read_base64(std::string_view text);

}  // namespace crafter
