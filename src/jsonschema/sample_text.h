// Texts of a format, a pattern or a length.

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace crafter {

/// A text of a format that JSON Schema defines (Validation, section 7.3), or nothing.
std::optional<std::string_view> sample_format(std::string_view format);

/// A text that an ECMAScript pattern probably matches: each quantifier repeats `extra` times more
/// than it must, and of a class the character number `variation` is taken. Nothing when the pattern
/// uses look-around, back references or names properties.
std::optional<std::string> sample_pattern(std::string_view pattern, std::size_t extra,
                                          std::size_t variation);

/// A word of `least` to `most` characters; another for each variation, if there is room.
std::string sample_word(std::size_t least, std::size_t most, std::size_t variation);

}  // namespace crafter
