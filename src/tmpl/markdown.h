// Values in Markdown: nothing that a form says becomes markup (CommonMark 0.31, GFM).

#pragma once

#include <string>
#include <string_view>

namespace crafter::tmpl {

/// One line of plain text: markup is escaped where it would mean something, HTML is disarmed,
/// white space folded to single spaces (a space at an end stays, as in " (secret)"; line feeds
/// there go), control and invisible characters removed.
std::string markdown_text(std::string_view value);

/// A code span with a fence as long as it takes; "" for a blank value. In a table | is escaped too.
std::string markdown_code(std::string_view value, bool in_table);

/// A line, or part of one, inside fenced code: as it is, but on one line, and no run of three
/// backticks or tildes, which could end the fence.
std::string markdown_fenced(std::string_view value);

/// A fenced code block around any text. `indent` begins every line after the first. No line feed
/// at the end.
std::string markdown_block(std::string_view value, std::string_view language,
                           std::string_view indent);

}  // namespace crafter::tmpl
