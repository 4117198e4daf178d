// Words: finding, folding, comparing, and what may not stand in them.

#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace crafter {

/// The candidate that `word` was probably meant to be: at most two edits (insert, delete, change,
/// swap) and less than half its length away, case ignored. Ties go to the first.
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates);

/// Edits between two words (Damerau-Levenshtein, optimal string alignment).
std::size_t edit_distance(std::string_view one, std::string_view two);

/// "a, b and c" for messages; "nothing" when empty.
std::string enumerate(std::span<const std::string> words);
/// `text` as one line between double quotes, whatever is in it; cut after 60 bytes.
std::string quote(std::string_view text);
std::string join(std::span<const std::string> words, std::string_view between);
std::vector<std::string> split(std::string_view text, char at);
std::string_view trim(std::string_view text);
std::string lower(std::string_view text);  // ASCII only

/// PEP 503: runs of -_. become one -, lower case.
std::string fold_name(std::string_view name);

/// A character that text fields refuse: C0/C1 controls but tab and line feed, bidi controls, tag
/// characters, invisible ones (U+00AD, U+200B, U+2028, U+2029, U+2060-2064, U+FEFF ...). U+200C,
/// U+200D and variation selectors are fine (product.md, "Settled details").
struct Forbidden {
  std::size_t offset;  ///< in bytes
  char32_t character;
  std::string name;  ///< "U+202E (bidirectional control)"
};
std::optional<Forbidden> find_forbidden(std::string_view utf8);

/// The byte offset of the first byte that is no valid UTF-8 (overlong, surrogate, cut), if any.
std::optional<std::size_t> find_invalid_utf8(std::string_view bytes);

}  // namespace crafter
