// Knows, while a Markdown template is read from top to bottom, where in it the reader is.

#pragma once

#include <string>
#include <string_view>

namespace crafter::tmpl {

/// Follows the template's own text; what values will say is a word to it, whatever it is.
class MarkdownPlaces {
 public:
  void text(std::string_view piece);
  void output() { line_ += 'x'; }

  /// Inside a fenced code block.
  [[nodiscard]] bool is_fenced() const { return !fence_.empty(); }
  /// Inside a code span that begins in this line.
  [[nodiscard]] bool is_in_span() const;
  /// In a line that begins with a bar.
  [[nodiscard]] bool is_in_table() const;
  /// The white space before this place, when there is nothing else in its line.
  [[nodiscard]] bool is_line_begin() const;
  [[nodiscard]] const std::string& line() const { return line_; }

 private:
  void end_line();

  std::string line_;   // from its begin up to here
  std::string fence_;  // that opened the code block; "" outside
};

}  // namespace crafter::tmpl
