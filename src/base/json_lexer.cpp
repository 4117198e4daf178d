// Reads words of JSON, and explains those that are none.

#include "base/json_lexer.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/builder.h"
#include "base/json_stack.h"
#include "base/json_text.h"
#include "base/number.h"
#include "base/text.h"
#include "base/utf8.h"

namespace crafter {
namespace {

/// The character after a backslash means the one at the same place in the second text.
constexpr std::string_view kEscapes = "\"\\/bfnrt";
constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
constexpr char32_t kNoCharacter = 0xFFFFFFFF;

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

/// What a bare word is made of: more than JSON knows, so that a wrong one is read as a whole.
bool is_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' ||
         c == '-' || c == '.' || c == '_' || c == '$' || static_cast<unsigned char>(c) >= 0x80;
}

struct Explanation {
  std::string_view code;
  std::string message;
  std::string_view hint;
};

Explanation explain_word(std::string_view word) {
  const std::string folded = lower(word);
  const std::string bare = folded.substr(folded.find_first_not_of("+-") == 1 ? 1 : 0);
  if (bare == "nan" || bare == "infinity" || bare == "inf")
    return {"json.number", fmt::format("{} is not a number", word), "write null or a string"};
  if (folded == "true" || folded == "false" || folded == "null" || folded == "none")
    return {"json.word", fmt::format("{} is not a word of json", word),
            "there are true, false and null"};
  if (bare.find_first_of("0123456789") <= 1)
    return {"json.number", fmt::format("{} is not a number of json", quote(word)),
            "no leading zero or plus, digits on both sides of the dot; else write a string"};
  return {"json.word", fmt::format("the bare word {} is no value", quote(word)),
          "put text between double quotes"};
}

std::string_view hint_for_control(char c) {
  if (c == '\n') return "close the string before the line ends, or write \\n";
  return c == '\t' ? "write \\t" : "write it as \\u00XX, or take it away";
}

}  // namespace

template <class Sink>
bool JsonLexer<Sink>::is_at_word() const {
  return is_word(peek());
}

template <class Sink>
bool JsonLexer<Sink>::skip_blanks() {
  for (;;) {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
    if (peek() != '/' && peek() != '#') return true;
    const std::string_view rest = text_.substr(at_);
    const bool block = rest.starts_with("/*");
    if (!block && !rest.starts_with("//") && !rest.starts_with('#')) return true;
    if (!builder_.complain(at_, builder_.container(), "json.comment", "json has no comments",
                           "take it away, or write yaml"))
      return false;
    const std::size_t end = block ? rest.find("*/", 2) : rest.find('\n');
    at_ += end == rest.npos ? rest.size() : end + (block ? 2 : 1);
  }
}

template <class Sink>
std::string_view JsonLexer<Sink>::found() const {
  std::size_t end = at_ + 1;
  while (is_word(text_[at_]) && end < text_.size() && is_word(text_[end])) ++end;
  return text_.substr(at_, end - at_);
}

template <class Sink>
bool JsonLexer<Sink>::refuse(std::string_view expected) {
  if (is_at_end())
    return builder_.refuse(at_, "json.syntax", fmt::format("the text ends, expected {}", expected),
                           "something is missing at the end");
  const char* hint = peek() == '\''                   ? "strings stand between double quotes"
                     : is_word(peek())                ? "text stands between double quotes"
                     : peek() == '"' || peek() == '{' ? "a comma may be missing"
                                                      : "";
  return builder_.refuse(at_, "json.syntax",
                         fmt::format("expected {}, found {}", expected, quote(found())), hint);
}

template <class Sink>
bool JsonLexer<Sink>::read_word() {
  const std::size_t begin = at_;
  while (is_at_word()) ++at_;
  const std::string_view word = text_.substr(begin, at_ - begin);
  if (word == "true" || word == "false") return builder_.value(word == "true", begin);
  if (word == "null") return builder_.value(nullptr, begin);
  if (!is_json_number(word)) {
    const Explanation why = explain_word(word.substr(0, 64));
    return builder_.complain(begin, builder_.pointer(), why.code, why.message,
                             std::string(why.hint)) &&
           builder_.value(nullptr, begin);
  }
  const bool whole = word.find_first_of(".eE") == word.npos;
  const Number number = whole ? read_integer(word) : read_double(word);
  return (number.problem.empty() || builder_.complain(begin, builder_.pointer(), "json.number",
                                                      number.problem, number.hint)) &&
         builder_.value(number.value, begin);
}

template <class Sink>
bool JsonLexer<Sink>::read_string(std::string_view& text) {
  const std::size_t begin = ++at_;
  at_ += plain_size(text_.substr(at_));
  if (peek() != '"') return read_rest(begin, text);
  text = text_.substr(begin, at_++ - begin);
  return true;
}

/// The same for a string that is not plain from end to end.
template <class Sink>
bool JsonLexer<Sink>::read_rest(std::size_t begin, std::string_view& text) {
  buffer_.clear();
  bool told = false;
  for (std::size_t plain = begin;; plain = at_) {
    at_ += plain_size(text_.substr(at_));
    if (is_at_end())
      return builder_.refuse(begin - 1, "json.syntax", "a string begins here and does not end",
                             "a double quote is missing");
    buffer_.append(text_, plain, at_ - plain);
    if (text_[at_] == '"') {
      ++at_;
      text = buffer_;
      return true;
    }
    if (text_[at_] == '\\' ? !read_escape() : !take_control(told)) return false;
  }
}

/// Takes a raw control character as it is, with a complaint at the first one of a string.
template <class Sink>
bool JsonLexer<Sink>::take_control(bool& told) {
  const char c = text_[at_];
  const std::size_t begin = at_++;
  buffer_ += c;
  if (told) return true;
  told = true;
  return builder_.complain(begin, builder_.pointer(), "json.control_character",
                           "a control character stands in a string",
                           std::string(hint_for_control(c)));
}

template <class Sink>
bool JsonLexer<Sink>::read_escape() {
  const std::size_t begin = at_++;
  if (peek() == 'u') return read_unicode_escape(begin);
  const std::size_t known = kEscapes.find(peek());
  if (is_at_end()) return true;
  if (known == kEscapes.npos)
    return builder_.complain(begin, builder_.pointer(), "json.escape",
                             "a backslash and this character are no escape of json",
                             "write \\\\ for a backslash");
  buffer_ += kMeanings[known];
  ++at_;
  return true;
}

template <class Sink>
bool JsonLexer<Sink>::read_unicode_escape(std::size_t begin) {
  ++at_;
  char32_t character = read_hex();
  if (character >= 0xD800 && character < 0xDC00 && text_.substr(at_).starts_with("\\u")) {
    at_ += 2;
    const char32_t low = read_hex();
    const bool pair = low >= 0xDC00 && low < 0xE000;
    character = pair ? 0x10000 + ((character - 0xD800) << 10) + (low - 0xDC00) : kNoCharacter;
  }
  if (append_utf8(buffer_, character)) return true;
  return builder_.complain(begin, builder_.pointer(), "json.escape",
                           "the escape stands for no character",
                           "four hexadecimal digits; surrogates only in pairs");
}

/// Four hexadecimal digits, or kNoCharacter after as many as there are.
template <class Sink>
char32_t JsonLexer<Sink>::read_hex() {
  char32_t value = 0;
  for (int i = 0; i < 4; ++i, ++at_) {
    const std::size_t digit = std::string_view("0123456789abcdefABCDEF").find(peek());
    if (digit == std::string_view::npos) return kNoCharacter;
    value = value * 16 + static_cast<char32_t>(digit < 16 ? digit : digit - 6);
  }
  return value;
}

template class JsonLexer<Builder>;
template class JsonLexer<JsonStack>;

}  // namespace crafter
