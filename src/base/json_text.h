// Where plain text ends inside a JSON string.

#pragma once

#include <cstddef>
#include <string_view>

namespace crafter {

/// How many bytes at the beginning of `text` stand for themselves in a JSON string: no quote, no
/// backslash, no control character (RFC 8259, section 7).
std::size_t plain_size(std::string_view text);

}  // namespace crafter
