// Reads strict JSON (RFC 8259) into a Builder, without recursion.
//
// Boost.JSON's own parser rounds doubles, drops duplicate members and does not tell its handler
// where a value stands; the grammar is small, so it is read here.

#include <fmt/core.h>

#include "base/builder.h"
#include "base/number.h"
#include "base/text.h"
#include "base/utf8.h"

namespace crafter {
namespace {

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

/// What a bare word is made of: more than JSON knows, so that a wrong one is read as a whole.
bool is_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' ||
         c == '-' || c == '.' || c == '_' || c == '$' || static_cast<unsigned char>(c) >= 0x80;
}

/// The character after a backslash means the one at the same place in the second text.
constexpr std::string_view kEscapes = "\"\\/bfnrt";
constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";

struct Explanation {
  std::string_view code;
  std::string message;
  std::string hint;
};

Explanation explain_word(std::string_view word) {
  const std::string folded = lower(word);
  const std::string bare = folded.substr(folded.find_first_not_of("+-") == 1 ? 1 : 0);
  if (bare == "nan" || bare == "infinity" || bare == "inf")
    return {"json.number", fmt::format("{} is no number here", word), "use null or a string"};
  if (folded == "true" || folded == "false" || folded == "null")
    return {"json.syntax", fmt::format("{} is not spelled like that", word),
            fmt::format("write {}", folded)};
  if (folded == "none") return {"json.syntax", "json has no None", "write null"};
  if (bare.find_first_of("0123456789") <= 1)
    return {"json.number", fmt::format("{} is not a number of json", quote(word)),
            "digits without leading zero, at least one on each side of a dot; or a string"};
  return {"json.syntax", fmt::format("a bare word {} is no value", quote(word)),
          "put text between double quotes"};
}

class JsonReader {
 public:
  JsonReader(std::string_view text, Builder& builder) : text_(text), builder_(builder) {}

  void read() {
    bool wanted = true;  // a value comes next, rather than a comma or an end
    while (wanted || builder_.depth() > 0) {
      if (!skip_space() || !(wanted ? read_value(wanted) : read_rest(wanted))) return;
    }
    if (skip_space() && at_ < text_.size())
      builder_.refuse(at_, "json.syntax", "text goes on after the end of the value",
                      "a document holds one value");
  }

 private:
  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  /// Skips white space and, complaining, comments.
  bool skip_space() {
    for (;;) {
      while (at_ < text_.size() && is_space(text_[at_])) ++at_;
      const std::string_view rest = text_.substr(at_);
      const bool block = rest.starts_with("/*");
      if (!block && !rest.starts_with("//") && !rest.starts_with('#')) return true;
      if (!complain_here("json.comment", "json has no comments", "take it away, or write yaml"))
        return false;
      const std::size_t end = block ? rest.find("*/", 2) : rest.find('\n');
      at_ += end == rest.npos ? rest.size() : end + (block ? 2 : 1);
    }
  }

  bool complain_here(std::string_view code, std::string message, std::string hint) {
    return builder_.complain(at_, builder_.container(), code, std::move(message),
                             std::move(hint));
  }

  bool refuse_here(std::string_view expected) {
    if (at_ < text_.size())
      return builder_.refuse(at_, "json.syntax",
                             fmt::format("expected {}, found {}", expected, found()), hint());
    return builder_.refuse(at_, "json.syntax", fmt::format("the text ends, expected {}", expected),
                           "something at the end is missing");
  }

  [[nodiscard]] std::string found() const {
    std::size_t end = at_;
    while (end < text_.size() && is_word(text_[end])) ++end;
    return quote(text_.substr(at_, std::max<std::size_t>(end - at_, 1)));
  }

  [[nodiscard]] std::string hint() const {
    if (peek() == '\'') return "json strings stand between double quotes";
    if (is_word(peek()) || peek() == '"') return "a comma, or the quotes of a name, are missing";
    return {};
  }

  bool read_value(bool& wanted) {
    wanted = false;
    const std::size_t begin = at_;
    if (peek() == '"') {
      std::string_view text;
      return read_string(text) && builder_.text(text, begin);
    }
    if (peek() == '{') {
      ++at_;
      return builder_.open(JsonObject(), begin) && skip_space() && read_first_member(wanted);
    }
    if (peek() == '[') {
      ++at_;
      wanted = true;
      return builder_.open(JsonArray(), begin) && skip_space() && close_if(']', wanted);
    }
    return is_word(peek()) ? read_word() : refuse_here("a value");
  }

  /// Ends the container at once when it is empty; always true.
  bool close_if(char end, bool& wanted) {
    if (peek() != end) return true;
    ++at_;
    builder_.close();
    wanted = false;
    return true;
  }

  bool read_first_member(bool& wanted) {
    if (peek() == '}') return close_if('}', wanted);
    return read_name(wanted);
  }

  bool read_name(bool& wanted) {
    wanted = true;
    const std::size_t begin = at_;
    if (peek() != '"') return refuse_here("a name between double quotes");
    std::string_view name;
    if (!read_string(name) || !builder_.key(name, begin) || !skip_space()) return false;
    if (peek() != ':') return refuse_here("a colon");
    ++at_;
    return true;
  }

  /// What may follow a value inside a container: a comma and more, or the end.
  bool read_rest(bool& wanted) {
    const bool in_object = builder_.in_object();
    const char end = in_object ? '}' : ']';
    if (peek() != ',') {
      if (peek() != end) return refuse_here(in_object ? "a comma or }" : "a comma or ]");
      return close_if(end, wanted);
    }
    const std::size_t comma = at_++;
    if (!skip_space()) return false;
    if (peek() == end)
      return builder_.complain(comma, builder_.container(), "json.trailing_comma",
                               "a comma stands after the last one", "take it away");
    wanted = true;
    return !in_object || read_name(wanted);
  }

  bool read_word() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    const std::string_view word = text_.substr(begin, at_ - begin);
    if (word == "true" || word == "false") return builder_.value(word == "true", begin);
    if (word == "null") return builder_.value(nullptr, begin);
    if (!is_json_number(word)) {
      const Explanation why = explain_word(word.substr(0, 64));
      return builder_.complain(begin, builder_.pointer(), why.code, why.message, why.hint) &&
             builder_.value(nullptr, begin);
    }
    const bool whole = word.find_first_of(".eE") == word.npos;
    Number number = whole ? read_integer(word) : read_double(word);
    return (number.problem.empty() || builder_.complain(begin, builder_.pointer(), "json.number",
                                                        number.problem, number.hint)) &&
           builder_.value(std::move(number.value), begin);
  }

  /// Reads from quote to quote. `text` lives until the next string.
  bool read_string(std::string_view& text) {
    const std::size_t begin = ++at_;
    buffer_.clear();
    bool told = false;
    for (std::size_t plain = begin;; plain = at_) {
      while (at_ < text_.size() && static_cast<unsigned char>(text_[at_]) >= 0x20 &&
             text_[at_] != '"' && text_[at_] != '\\')
        ++at_;
      if (at_ == text_.size()) return refuse_string(begin - 1);
      const std::string_view piece = text_.substr(plain, at_ - plain);
      if (text_[at_] == '"') {
        ++at_;
        text = plain == begin ? piece : std::string_view(buffer_.append(piece));
        return true;
      }
      buffer_.append(piece);
      if (text_[at_] == '\\' ? !read_escape() : !skip_control(told)) return false;
    }
  }

  bool refuse_string(std::size_t begin) {
    return builder_.refuse(begin, "json.syntax", "a string begins here and does not end",
                           "a double quote is missing");
  }

  /// Takes a raw control character as it is, complaining of the first one of a string.
  bool skip_control(bool& told) {
    const char c = text_[at_];
    const bool goes_on =
        told || builder_.complain(at_, builder_.pointer(), "json.control_character",
                                  "a control character stands in a string",
                                  c == '\n'   ? "write \\n, or close the string before the line ends"
                                  : c == '\t' ? "write \\t"
                                              : "write it as \\u00XX, or take it away");
    told = true;
    buffer_ += c;
    ++at_;
    return goes_on;
  }

  bool read_escape() {
    const std::size_t begin = at_++;
    if (const std::size_t known = kEscapes.find(peek()); known != kEscapes.npos && peek() != 0) {
      buffer_ += kMeanings[known];
      ++at_;
      return true;
    }
    if (peek() != 'u')
      return builder_.complain(begin, builder_.pointer(), "json.escape",
                               fmt::format("\\{} is no escape of json", found_character()),
                               "write \\\\ for a backslash");
    ++at_;
    char32_t character = read_hex();
    if (character >= 0xD800 && character < 0xDC00 && text_.substr(at_).starts_with("\\u")) {
      at_ += 2;
      const char32_t low = read_hex();
      character = low >= 0xDC00 && low < 0xE000
                      ? 0x10000 + ((character - 0xD800) << 10) + (low - 0xDC00)
                      : kNone;
    }
    if (append_utf8(buffer_, character)) return true;
    return builder_.complain(begin, builder_.pointer(), "json.escape",
                             "the escape is no character",
                             "four hexadecimal digits; surrogates only in pairs");
  }

  [[nodiscard]] std::string_view found_character() const {
    const char c = peek();
    return c > 0x20 && c < 0x7F ? text_.substr(at_, 1) : std::string_view();
  }

  static constexpr char32_t kNone = 0xFFFFFFFF;

  /// Four hexadecimal digits; kNone, and as far as they go, when they are not there.
  char32_t read_hex() {
    char32_t value = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      const std::size_t digit = std::string_view("0123456789abcdef").find(lower_digit(peek()));
      if (digit == std::string_view::npos) return kNone;
      value = value * 16 + static_cast<char32_t>(digit);
    }
    return value;
  }

  static char lower_digit(char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c; }

  std::string_view text_;
  Builder& builder_;
  std::size_t at_ = 0;
  std::string buffer_;
};

}  // namespace

Result<Document> read_json(std::string_view text, std::string file, const Limits& limits) {
  TRY(check_text(text, file, limits));
  Document document;
  document.file = std::move(file);
  Builder builder(text, "json", limits, &document);
  JsonReader(text, builder).read();
  if (!builder.is_sound()) return Failure(Fault::invalid_input, builder.take_problems());
  document.value = builder.take();
  return document;
}

Result<Json> parse_json(std::string_view text, std::string_view file, const Limits& limits) {
  TRY(check_text(text, file, limits));
  Builder builder(text, "json", limits, nullptr);
  JsonReader(text, builder).read();
  if (builder.is_sound()) return builder.take();
  auto explained = read_json(text, std::string(file), limits);
  CRAFTER_ASSERT(!explained);
  return std::move(explained).failure();
}

}  // namespace crafter
