// Leaves out characters and folds white space.

#include "tmpl/visible.h"

#include "base/text.h"
#include "base/utf8.h"

namespace crafter::tmpl {

std::string visible(std::string_view text) {
  std::string kept;
  while (const auto found = find_forbidden(text)) {
    std::size_t behind = found->offset;
    next_utf8(text, behind);
    kept += text.substr(0, found->offset);
    text.remove_prefix(behind);
  }
  return kept.append(text);
}

std::string visible_line(std::string_view text) {
  std::string line;
  for (const char c : visible(text)) {
    const bool is_space = c == ' ' || c == '\n' || c == '\t';
    if (!is_space)
      line += c;
    else if (!line.empty() && line.back() != ' ')
      line += ' ';
  }
  if (line.ends_with(' ')) line.pop_back();
  return line;
}

}  // namespace crafter::tmpl
