// UTF-8, one character at a time.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace crafter {

/// Appends a character; false, and nothing appended, for a surrogate or what is beyond U+10FFFF.
bool append_utf8(std::string& out, char32_t character);

/// The character at `offset` of valid UTF-8, which moves behind it.
char32_t next_utf8(std::string_view text, std::size_t& offset);

}  // namespace crafter
