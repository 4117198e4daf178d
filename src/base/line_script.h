// The search for a short script that turns one sequence of lines into another.

#pragma once

#include <cstddef>
#include <vector>

namespace crafter {

/// Of each line of a text: 1 when it was removed, or added.
using LineFlags = std::vector<char>;

/// The lines of a text that take part in a search, as numbers (equal lines have equal ones), and
/// where they stand in the text.
struct LineSequence {
  std::vector<std::ptrdiff_t> lines;
  std::vector<std::size_t> places;
};

/// Flags the lines that were removed from the old side and those that were added on the new one.
void flag_differences(const LineSequence& old_side, const LineSequence& new_side,
                      LineFlags* old_flags, LineFlags* new_flags);

}  // namespace crafter
