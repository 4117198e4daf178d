// Writes variables for .env files.

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "render/emitters.h"
#include "tmpl/visible.h"

namespace crafter {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_name(std::string_view name) {
  return !name.empty() && is_letter(name[0]) &&
         std::ranges::all_of(name, [](char c) { return is_letter(c) || is_digit(c); });
}

bool is_bare(std::string_view value) {
  constexpr std::string_view kMarks = "./:@%+=,-";
  return std::ranges::all_of(
      value, [&](char c) { return is_letter(c) || is_digit(c) || kMarks.find(c) != kMarks.npos; });
}

/// Between single quotes everything stands for itself, but for these.
bool is_quotable(std::string_view value) {
  return value.find_first_of("'\n\t") == value.npos && !find_forbidden(value);
}

Result<std::string> line_of(const Json& variable) {
  const std::string_view name = text_of(variable, "name");
  const std::string_view value = text_of(variable, "value");
  if (!is_name(name)) return unwritable("env", fmt::format("{} is no name", quote(name)));
  const std::string comment = tmpl::visible_line(text_of(variable, "comment"));
  std::string lines = comment.empty() ? "" : "# " + comment + "\n";
  if (is_bare(value)) return lines + fmt::format("{}={}\n", name, value);
  if (!is_quotable(value))
    return unwritable("env", fmt::format("the value of {} has a quote or line feed", name));
  return lines + fmt::format("{}='{}'\n", name, value);
}

}  // namespace

Result<std::string> write_env(const Json& value) {
  if (!value.is_array()) return unwritable("env", "the value is no list");
  std::string lines;
  for (const Json& variable : value.get_array()) {
    TRY(const std::string line, line_of(variable));
    if (!lines.empty() && line.starts_with('#')) lines += '\n';
    lines += line;
  }
  return lines;
}

}  // namespace crafter
