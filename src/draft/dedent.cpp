// Cuts the margin of logical lines, as far as it is white space that all of them share.

#include "draft/dedent.h"

#include <algorithm>

#include "base/python_lines.h"
#include "base/text.h"
#include "draft/draft.h"

namespace crafter {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::string with_line_feeds(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_pair = text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n';
    if (!is_pair) out += text[i] == '\r' ? '\n' : text[i];
  }
  return out;
}

std::string_view lead_of(std::string_view line) {
  return line.substr(0, std::min(line.find_first_not_of(" \t"), line.size()));
}

std::string_view shared(std::string_view one, std::string_view two) {
  const auto end = std::ranges::mismatch(one, two).in1;
  return one.substr(0, static_cast<std::size_t>(end - one.begin()));
}

bool is_empty(const PythonLine& line) {
  return !line.in_string && line.text.find_first_not_of(" \t") == line.text.npos;
}

bool is_logical(const PythonLine& line) {
  return !line.in_string && !line.continues && !line.blank;
}

bool is_comment(const PythonLine& line) { return line.blank && !is_empty(line); }

/// What all lines that fit begin with; nothing when none fits.
std::string_view margin_of(const std::vector<PythonLine>& lines, bool (*fits)(const PythonLine&)) {
  std::string_view margin;
  bool is_first = true;
  for (const PythonLine& line : lines) {
    if (!fits(line)) continue;
    margin = is_first ? lead_of(line.text) : shared(margin, line.text);
    is_first = false;
  }
  return margin;
}

}  // namespace

Dedent dedent(std::string_view implementation) {
  const std::string source = with_line_feeds(implementation);
  std::vector<PythonLine> lines = python_lines(source);
  Dedent result;
  const auto first = std::ranges::find_if_not(lines, is_empty);
  result.skipped = static_cast<int>(first - lines.begin());
  lines.erase(lines.begin(), first);
  while (!lines.empty() && is_empty(lines.back())) lines.pop_back();
  result.has_code = std::ranges::any_of(lines, is_logical);
  const auto margin = margin_of(lines, result.has_code ? is_logical : is_comment);
  for (const PythonLine& line : lines) {
    const std::size_t cut = line.in_string ? 0 : shared(margin, line.text).size();
    if (!result.cuts.empty()) result.text += '\n';
    if (!is_empty(line)) result.text += line.text.substr(cut);
    result.cuts.push_back(static_cast<int>(cut));
  }
  return result;
}

std::string dedented(std::string_view implementation) { return dedent(implementation).text; }

}  // namespace crafter
