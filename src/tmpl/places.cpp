// Fences, spans and tables, as far as a template of ours uses them.

#include "tmpl/places.h"

#include <cstddef>

#include "base/text.h"

namespace crafter::tmpl {
namespace {

/// The run of backticks or tildes that the line begins with, behind white space; "" when too short.
std::string_view fence_of(std::string_view line) {
  line = trim(line);
  if (line.empty() || (line[0] != '`' && line[0] != '~')) return {};
  const std::string_view run = line.substr(0, line.find_first_not_of(line[0]));
  return run.size() >= 3 ? run : std::string_view();
}

}  // namespace

void MarkdownPlaces::text(std::string_view piece) {
  for (const char c : piece) {
    if (c == '\n')
      end_line();
    else
      line_ += c;
  }
}

void MarkdownPlaces::end_line() {
  const std::string_view run = fence_of(line_);
  if (fence_.empty())
    fence_ = run;
  else if (run.starts_with(fence_) && trim(line_).size() == run.size())
    fence_.clear();
  line_.clear();
}

bool MarkdownPlaces::is_in_span() const {
  bool is_inside = false;
  for (std::size_t i = 0; i < line_.size(); ++i)
    if (line_[i] == '`' && (i == 0 || line_[i - 1] != '`')) is_inside = !is_inside;
  return is_inside;
}

bool MarkdownPlaces::is_in_table() const { return trim(line_).starts_with('|'); }

bool MarkdownPlaces::is_line_begin() const { return trim(line_).empty(); }

}  // namespace crafter::tmpl
