// Cuts a template into its text and its tags.

#pragma once

#include <optional>
#include <string_view>

#include "tmpl/syntax.h"
#include "tmpl/tmpl.h"

namespace crafter::tmpl {

enum class TagKind { output, statement, comment };

/// How one kind of tag begins and ends.
struct TagStyle {
  TagKind kind;
  std::string_view opener;
  std::string_view closer;
};

/// Where a tag begins, and what it is.
struct Tag {
  const TagStyle* style;
  std::size_t begin;    ///< of the opener
  std::size_t content;  ///< behind the opener, and behind its "-"
  bool trims;           ///< a "-" follows the opener: white space before it goes
};

/// The first tag at or behind `from`.
std::optional<Tag> find_tag(std::string_view text, std::size_t from, TemplateLanguage language);

/// When nothing but [begin, end) and white space stands in its line: the whole line, its line feed
/// included. Else just [begin, end).
struct Extent {
  std::size_t begin;
  std::size_t end;
};
Extent whole_line(std::string_view text, std::size_t begin, std::size_t end);

}  // namespace crafter::tmpl
