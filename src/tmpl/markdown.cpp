// Escapes text, code spans and code blocks.

#include "tmpl/markdown.h"

#include <algorithm>
#include <cstddef>

#include "tmpl/visible.h"

namespace crafter::tmpl {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::size_t longest_run(std::string_view text, char of) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char c : text) {
    run = c == of ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

/// Where a mark stands that means something only as the first thing of a line: headings, lists,
/// quotes, rules, tables. npos when there is none.
std::size_t leading_mark(std::string_view line) {
  if (line.empty()) return line.npos;
  if (std::string_view("#+-=:>").find(line[0]) != std::string_view::npos) return 0;
  const std::size_t digits = line.find_first_not_of("0123456789");
  const bool counts =
      digits != line.npos && digits > 0 && (line[digits] == '.' || line[digits] == ')');
  return counts ? digits : line.npos;
}

bool is_inside_word(std::string_view line, std::size_t at) {
  return at > 0 && at + 1 < line.size() && is_word(line[at - 1]) && is_word(line[at + 1]);
}

/// What stands for the character at `at`: itself, a backslash before it, or an entity.
std::string_view escape_of(std::string_view line, std::size_t at) {
  const std::string_view next = line.substr(at + 1, 1);
  switch (line[at]) {
    case '<':
      return "&lt;";
    case '>':
      return at > 0 && line[at - 1] == '-' ? "&gt;" : "";
    case '&':
      return !next.empty() && (is_word(next[0]) || next[0] == '#') ? "&amp;" : "";
    case '\\':
      return "\\\\";
    case '`':
      return "\\`";
    case '*':
      return "\\*";
    case '[':
      return "\\[";
    case ']':
      return "\\]";
    case '~':
      return "\\~";
    case '|':
      return "\\|";
    case '$':
      return "\\$";
    case '_':
      return is_inside_word(line, at) ? "" : "\\_";
    case '!':
      return next == "[" ? "\\!" : "";
    case '{':
      return next == "{" || next == "%" || next == "#" ? "\\{" : "";
    default:
      return "";
  }
}

}  // namespace

std::string markdown_text(std::string_view value) {
  const std::string line = visible_line(value);
  if (line.empty()) return {};
  const std::size_t mark = leading_mark(line);
  std::string escaped = value.front() == ' ' ? " " : "";
  for (std::size_t i = 0; i < line.size(); ++i) {
    const std::string_view escape = escape_of(line, i);
    if (i == mark) escaped += '\\';
    if (escape.empty())
      escaped += line[i];
    else
      escaped += escape;
  }
  if (value.back() == ' ') escaped += ' ';
  return escaped;
}

std::string markdown_code(std::string_view value, bool in_table) {
  std::string line = visible_line(value);
  if (line.empty()) return {};
  const std::string fence(longest_run(line, '`') + 1, '`');
  if (line.starts_with('`') || line.ends_with('`')) line = ' ' + line + ' ';
  std::string code = fence;
  for (const char c : line) {
    if (c == '|' && in_table) code += '\\';
    code += c;
  }
  return code + fence;
}

std::string markdown_fenced(std::string_view value) {
  std::string line = visible_line(value);
  for (const std::string_view run : {"```", "~~~"})
    for (std::size_t at = 0; (at = line.find(run, at)) != line.npos;) line[at + 2] = '\'';
  return line;
}

std::string markdown_block(std::string_view value, std::string_view language,
                           std::string_view indent) {
  std::string text = visible(value);
  while (text.ends_with('\n')) text.pop_back();
  const std::string fence(std::max<std::size_t>(longest_run(text, '`') + 1, 3), '`');
  std::string block = fence;
  block.append(language).append("\n").append(indent);
  for (const char c : text) {
    block += c;
    if (c == '\n') block += indent;
  }
  return block.append("\n").append(indent).append(fence);
}

}  // namespace crafter::tmpl
