// Writes hunks as a unified diff.

#include <fmt/core.h>

#include <algorithm>

#include "base/line_diff.h"

namespace crafter {
namespace {

constexpr std::size_t kContext = 3;

void put(std::string* text, char mark, const Lines& lines, std::size_t begin, std::size_t end) {
  for (std::size_t at = begin; at < end; ++at) {
    *text += mark;
    *text += lines[at];
    if (!lines[at].ends_with('\n')) *text += "\n\\ No newline at end of file\n";
  }
}

/// "12,3": lines are counted from 1, and an empty range names the line before it.
std::string range(std::size_t begin, std::size_t end) {
  return fmt::format("{},{}", begin == end ? begin : begin + 1, end - begin);
}

}  // namespace

std::string unified_diff(std::string_view old_text, std::string_view new_text) {
  const Lines old_lines = lines_of(old_text);
  const Lines new_lines = lines_of(new_text);
  const auto hunks = diff_lines(old_lines, new_lines);
  std::string text;
  for (std::size_t first = 0; first < hunks.size();) {
    std::size_t last = first;
    while (last + 1 < hunks.size() &&
           hunks[last + 1].old_begin - hunks[last].old_end <= 2 * kContext)
      ++last;
    const std::size_t before = std::min(kContext, hunks[first].old_begin);
    const std::size_t after = std::min(kContext, old_lines.size() - hunks[last].old_end);
    std::size_t at = hunks[first].old_begin - before;
    text += fmt::format(
        "@@ -{} +{} @@\n", range(at, hunks[last].old_end + after),
        range(hunks[first].new_begin - before, hunks[last].new_end + after));
    for (; first <= last; ++first) {
      put(&text, ' ', old_lines, at, hunks[first].old_begin);
      put(&text, '-', old_lines, hunks[first].old_begin, hunks[first].old_end);
      put(&text, '+', new_lines, hunks[first].new_begin, hunks[first].new_end);
      at = hunks[first].old_end;
    }
    put(&text, ' ', old_lines, at, at + after);
  }
  return text;
}

}  // namespace crafter
