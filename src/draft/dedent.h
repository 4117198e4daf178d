// A snippet of Python without the margin it was written at.

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace crafter {

/// What `dedented` gives, and the way back to the text as it was submitted.
struct Dedent {
  std::string text;
  int skipped = 0;        ///< blank lines left out at the top
  std::vector<int> cuts;  ///< bytes taken from the beginning of each line of `text`
  bool has_code = false;  ///< whether there is more than comments and blank lines
};

/// Line ends become line feeds, a byte order mark goes, the longest common white space of all
/// logical lines (of the comments, when there are no others) is cut from every line that begins
/// outside of a string, and blank lines at both ends are left out. Tabs stay tabs.
Dedent dedent(std::string_view implementation);

}  // namespace crafter
