// Finds openers; knows when a tag has its line for itself.

#include "tmpl/tags.h"

#include <algorithm>
#include <array>

namespace crafter::tmpl {
namespace {

using Styles = std::array<TagStyle, 3>;

constexpr Styles kPlain = {{{TagKind::output, "{{", "}}"},
                            {TagKind::statement, "{%", "%}"},
                            {TagKind::comment, "{#", "#}"}}};
constexpr Styles kMarkdown = {{{TagKind::output, "{{", "}}"},
                               {TagKind::statement, "<!--%", "%-->"},
                               {TagKind::comment, "<!--#", "#-->"}}};

}  // namespace

std::optional<Tag> find_tag(std::string_view text, std::size_t from, TemplateLanguage language) {
  for (std::size_t at = from; (at = text.find_first_of("{<", at)) != text.npos; ++at) {
    for (const TagStyle& style : language == TemplateLanguage::plain ? kPlain : kMarkdown) {
      if (!text.substr(at).starts_with(style.opener)) continue;
      const std::size_t content = at + style.opener.size();
      const bool trims = text.substr(content).starts_with('-');
      return Tag{&style, at, content + (trims ? 1 : 0), trims};
    }
  }
  return std::nullopt;
}

Extent whole_line(std::string_view text, std::size_t begin, std::size_t end) {
  const auto is_margin = [](char c) { return c == ' ' || c == '\t'; };
  std::size_t line_begin = begin;
  while (line_begin > 0 && is_margin(text[line_begin - 1])) --line_begin;
  std::size_t line_end = end;
  while (line_end < text.size() && is_margin(text[line_end])) ++line_end;
  const bool is_first = line_begin == 0 || text[line_begin - 1] == '\n';
  const bool is_last = line_end == text.size() || text[line_end] == '\n';
  if (!is_first || !is_last) return {begin, end};
  return {line_begin, std::min(line_end + 1, text.size())};
}

}  // namespace crafter::tmpl
