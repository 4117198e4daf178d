// Names, numbers, strings and signs of the expression language.

#include "tmpl/lexer.h"

#include <fmt/core.h>

#include <array>

#include "base/number.h"
#include "base/text.h"

namespace crafter::tmpl {
namespace {

constexpr std::size_t kMostTokens = 10'000;
constexpr std::array<std::string_view, 20> kSigns = {"==", "!=", "<=", ">=", "<", ">", "=",
                                                     "+",  "-",  "~",  ".",  ",", ":", "|",
                                                     "(",  ")",  "[",  "]",  "{", "}"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

class Lexer {
 public:
  Lexer(const Source& source, std::size_t begin, std::string_view closer)
      : source_(source), begin_(begin), at_(begin), closer_(closer) {}

  Result<Tokens> run() {
    while (true) {
      while (at_ < source_.text.size() && is_space(source_.text[at_])) ++at_;
      if (is_at_end()) return std::move(tokens_);
      if (at_ == source_.text.size())
        return source_.error(begin_, "syntax", fmt::format("this is never closed by {}", closer_));
      if (tokens_.list.size() == kMostTokens) return wrong("the expression is too long");
      TRY(next());
    }
  }

 private:
  [[nodiscard]] std::string_view rest() const { return source_.text.substr(at_); }
  [[nodiscard]] Failure wrong(std::string message, std::string hint = {}) const {
    return source_.error(at_, "syntax", std::move(message), std::move(hint));
  }

  bool is_at_end() {
    if (closer_.empty() ? at_ != source_.text.size() : braces_ > 0) return false;
    const bool trims = rest().starts_with('-') && rest().substr(1).starts_with(closer_);
    if (!trims && !rest().starts_with(closer_)) return false;
    tokens_.list.push_back({.kind = Token::Kind::end, .offset = at_, .text = {}, .literal = {}});
    tokens_.trims = trims && !closer_.empty();
    tokens_.end = at_ + closer_.size() + (tokens_.trims ? 1 : 0);
    return true;
  }

  Result<> next() {
    const char c = source_.text[at_];
    if (is_letter(c)) return name();
    if (is_digit(c)) return number();
    if (c == '"' || c == '\'') return string();
    for (const std::string_view sign : kSigns)
      if (rest().starts_with(sign)) return this->sign(sign);
    return wrong("this character means nothing here");
  }

  Result<> put(Token::Kind kind, std::size_t size, Json literal = nullptr) {
    tokens_.list.push_back({kind, at_, rest().substr(0, size), std::move(literal)});
    at_ += size;
    return {};
  }

  Result<> sign(std::string_view sign) {
    if (sign == "{") ++braces_;
    if (sign == "}" && braces_ > 0) --braces_;
    return put(Token::Kind::sign, sign.size());
  }

  Result<> name() {
    std::size_t size = 1;
    while (size < rest().size() && (is_letter(rest()[size]) || is_digit(rest()[size]))) ++size;
    return put(Token::Kind::name, size);
  }

  Result<> number() {
    std::size_t size = 0;
    while (size < rest().size() && is_digit(rest()[size])) ++size;
    const bool has_fraction =
        size + 1 < rest().size() && rest()[size] == '.' && is_digit(rest()[size + 1]);
    if (has_fraction) ++size;
    while (size < rest().size() && is_digit(rest()[size])) ++size;
    const std::string_view text = rest().substr(0, size);
    if (!is_json_number(text) || (size < rest().size() && is_letter(rest()[size])))
      return wrong(fmt::format("{} is no number", quote(rest().substr(0, size + 1))));
    Number number = has_fraction ? read_double(text) : read_integer(text);
    if (!number.problem.empty()) return wrong(number.problem, number.hint);
    return put(Token::Kind::literal, size, std::move(number.value));
  }

  Result<> string() {
    constexpr std::string_view kLetters = "nt\\\"'";
    constexpr std::string_view kMeanings = "\n\t\\\"'";
    const char mark = source_.text[at_];
    std::string value;
    for (std::size_t i = 1; i < rest().size(); ++i) {
      if (rest()[i] == mark) return put(Token::Kind::literal, i + 1, Json(value));
      if (rest()[i] != '\\') {
        value += rest()[i];
        continue;
      }
      const std::string_view letter = rest().substr(++i, 1);
      const std::size_t known = letter.empty() ? kLetters.npos : kLetters.find(letter);
      if (known == kLetters.npos)
        return wrong("the string has an unknown escape", "only \\n \\t \\\\ \\\" \\' are known");
      value += kMeanings[known];
    }
    return wrong("the string is never closed");
  }

  const Source& source_;
  const std::size_t begin_;
  std::size_t at_;
  const std::string_view closer_;
  int braces_ = 0;
  Tokens tokens_;
};

}  // namespace

Result<Tokens> tokenize(const Source& source, std::size_t begin, std::string_view closer) {
  return Lexer(source, begin, closer).run();
}

}  // namespace crafter::tmpl
