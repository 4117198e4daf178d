// Which lines differ between two texts.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace crafter {

/// Lines of a text, each with its line feed; the last one may lack it. Views into the text.
using Lines = std::vector<std::string_view>;

Lines lines_of(std::string_view text);

/// The lines [old_begin, old_end) became [new_begin, new_end); one of the two may be empty.
struct Hunk {
  std::size_t old_begin = 0;
  std::size_t old_end = 0;
  std::size_t new_begin = 0;
  std::size_t new_end = 0;

  bool operator==(const Hunk&) const = default;
};

/// What to change in `old_lines` to get `new_lines`: ascending, with an equal line at least between
/// two hunks. Few lines, not always the fewest: Myers's "An O(ND) Difference Algorithm and Its
/// Variations" (1986) in linear space, which stops looking for the best at a number of differences
/// that bounds its work. A hunk that could stand in several places stands where git puts it.
std::vector<Hunk> diff_lines(const Lines& old_lines, const Lines& new_lines);

/// A unified diff with three lines of context, without the names of files; "" for equal texts.
std::string unified_diff(std::string_view old_text, std::string_view new_text);

}  // namespace crafter
