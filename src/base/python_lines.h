// What one must know of Python's lexical rules to move lines of it without changing their meaning.

#pragma once

#include <string_view>
#include <vector>

namespace crafter {

/// One physical line, and what the lexer knows about its beginning.
struct PythonLine {
  std::string_view text;   ///< without its line feed; points into the source
  bool in_string = false;  ///< begins inside a string literal: its first bytes are content
  bool continues = false;  ///< begins inside brackets, or after a backslash: no logical line
  bool blank = false;      ///< outside strings, and nothing but white space or a comment
};

/// The lines of `source`, which uses line feeds only and must outlive them; "" is one line. Strings
/// (every prefix, all four quotes), comments, brackets and backslashes are told apart; an
/// unterminated one-line string ends with its line, so that one mistake does not swallow the rest.
/// Works on any bytes; the Python language reference, section 2, is the source.
std::vector<PythonLine> python_lines(std::string_view source);

}  // namespace crafter
