// The words of JSON: white space, strings, numbers, true, false and null.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace crafter {

/// Reads words from a text and complains to a Builder (or a JsonStack) of wrong ones. What returns
/// a bool returns whether reading may go on. Borrows both.
template <class Sink>
class JsonLexer {
 public:
  JsonLexer(std::string_view text, Sink& builder) : text_(text), builder_(builder) {}

  /// The next character, '\0' at the end.
  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  [[nodiscard]] std::size_t offset() const { return at_; }
  [[nodiscard]] bool is_at_end() const { return at_ == text_.size(); }
  void skip() { ++at_; }

  /// Skips white space and, complaining, comments.
  bool skip_space() {
    const char next = peek();
    return (next > ' ' && next != '/' && next != '#') || skip_blanks();
  }
  /// Reads from quote to quote; `text` lives until the next string.
  bool read_string(std::string_view& text);
  /// Reads a number, true, false or null, and hands it to the Builder.
  bool read_word();
  /// Whether a word, right or wrong, begins here.
  [[nodiscard]] bool is_at_word() const;
  /// "expected a colon, found ..."; always false.
  bool refuse(std::string_view expected);

 private:
  bool skip_blanks();
  bool read_rest(std::size_t begin, std::string_view& text);
  bool read_escape();
  bool read_unicode_escape(std::size_t begin);
  char32_t read_hex();
  bool take_control(bool& told);
  [[nodiscard]] std::string_view found() const;

  std::string_view text_;
  Sink& builder_;
  std::size_t at_ = 0;
  std::string buffer_;
};

}  // namespace crafter
