// A scanner that carries over lines what a line's beginning depends on: quote, brackets, backslash.

#include "base/python_lines.h"

#include <cstddef>

namespace crafter {
namespace {

constexpr std::string_view kSpace = " \t\f\v\r";

bool is_blank(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kSpace);
  return first == std::string_view::npos || text[first] == '#';
}

/// Words need no attention: a prefix (rb, F) changes nothing about where its string ends.
class Scanner {
 public:
  PythonLine line(std::string_view text) {
    const PythonLine line{.text = text,
                          .in_string = !quote_.empty(),
                          .continues = depth_ > 0 || backslash_,
                          .blank = quote_.empty() && is_blank(text)};
    text_ = text;
    at_ = 0;
    backslash_ = false;
    while (at_ < text_.size()) quote_.empty() ? code() : string();
    // A backslash as the last byte of a string's line hides the line feed: at_ is beyond the end.
    if (quote_.size() == 1 && at_ == text_.size()) quote_ = {};
    return line;
  }

 private:
  void string() {
    if (text_[at_] == '\\') {  // also in raw strings a backslash protects the quote
      at_ += 2;
    } else if (text_.substr(at_).starts_with(quote_)) {
      at_ += quote_.size();
      quote_ = {};
    } else {
      ++at_;
    }
  }

  void code() {
    const char c = text_[at_];
    if (c == '#') {
      at_ = text_.size();
    } else if (c == '"' || c == '\'') {
      open();
    } else {
      if (c == '(' || c == '[' || c == '{') ++depth_;
      if ((c == ')' || c == ']' || c == '}') && depth_ > 0) --depth_;
      ++at_;
      backslash_ = c == '\\' && at_ == text_.size();
    }
  }

  void open() {
    const std::string_view one = text_.substr(at_, 1);
    const std::string_view three = text_.substr(at_, 3);
    const bool is_long = three.size() == 3 && three[1] == one[0] && three[2] == one[0];
    quote_ = is_long ? three : one;
    at_ += quote_.size();
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string_view quote_;  // the open string's, "" outside
  std::size_t depth_ = 0;
  bool backslash_ = false;
};

}  // namespace

std::vector<PythonLine> python_lines(std::string_view source) {
  std::vector<PythonLine> lines;
  Scanner scanner;
  while (true) {
    const std::size_t end = source.find('\n');
    lines.push_back(scanner.line(source.substr(0, end)));
    if (end == std::string_view::npos) return lines;
    source.remove_prefix(end + 1);
  }
}

}  // namespace crafter
