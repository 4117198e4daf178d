// Reads a template: text and tags to a tree of statements.

#include "tmpl/template_parser.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "base/text.h"
#include "tmpl/expression.h"
#include "tmpl/places.h"
#include "tmpl/tags.h"

namespace crafter::tmpl {
namespace {

constexpr std::array<std::string_view, 7> kWords = {"if",  "elif",   "else", "endif",
                                                    "for", "endfor", "set"};

class TemplateParser {
 public:
  TemplateParser(const Source& source, TemplateLanguage language)
      : source_(source), language_(language) {}

  Result<Statements> run() {
    TRY(Statements whole, body("", source_.text.size()));
    if (places_.is_fenced())
      return wrong(source_.text.size(), "a fenced code block is never closed");
    return whole;
  }

 private:
  [[nodiscard]] Failure wrong(std::size_t offset, std::string message,
                              std::string hint = {}) const {
    return source_.error(offset, "syntax", std::move(message), std::move(hint));
  }

  /// Up to a statement that `opened` does not swallow (else, endif ...), whose words are then
  /// waiting in `pending_`; at the top level up to the end.
  Result<Statements> body(std::string_view opened, std::size_t offset) {
    Statements statements;
    if (++depth_ > kDeepest) return wrong(offset, "statements are nested too deeply");
    while (const auto tag = find_tag(source_.text, at_, language_)) {
      TRY(const bool goes_on, this->tag(*tag, statements));
      if (!goes_on) {
        if (opened.empty())
          return wrong(tag->begin,
                       fmt::format("there is no statement that {} could belong to", quote(word_)));
        --depth_;
        return statements;
      }
    }
    if (!opened.empty()) return wrong(offset, fmt::format("this {} is never ended", quote(opened)));
    text(at_, source_.text.size(), statements);
    --depth_;
    return statements;
  }

  /// The text before a tag and the tag. False when it is a statement that ends a body.
  Result<bool> tag(const Tag& tag, Statements& statements) {
    if (tag.style->kind == TagKind::output) return output(tag, statements);
    std::size_t end = 0;
    bool trims_after = false;
    if (tag.style->kind == TagKind::comment) {
      TRY(end, comment_end(tag));
      trims_after = source_.text[end - tag.style->closer.size() - 1] == '-';
    } else {
      TRY(Tokens tokens, tokenize(source_, tag.content, tag.style->closer));
      end = tokens.end;
      trims_after = tokens.trims;
      pending_.emplace(source_, std::move(tokens));
    }
    const Extent extent = whole_line(source_.text, tag.begin, end);
    text_before(tag, extent.begin, statements);
    at_ = extent.end;
    if (trims_after) skip_space(end);
    if (tag.style->kind == TagKind::comment) return true;
    return statement(tag.begin, statements);
  }

  Result<std::size_t> comment_end(const Tag& tag) const {
    const std::size_t end = source_.text.find(tag.style->closer, tag.content);
    if (end == std::string_view::npos) return wrong(tag.begin, "the comment is never closed");
    return end + tag.style->closer.size();
  }

  void skip_space(std::size_t from) {
    at_ = std::min(source_.text.find_first_not_of(" \t\n", from), source_.text.size());
  }

  void text_before(const Tag& tag, std::size_t end, Statements& statements) {
    if (tag.trims) {
      const std::size_t last = source_.text.substr(0, tag.begin).find_last_not_of(" \t\n");
      end = last == std::string_view::npos ? 0 : last + 1;
    }
    text(at_, std::max(at_, end), statements);
  }

  void text(std::size_t begin, std::size_t end, Statements& statements) {
    const std::string_view piece = source_.text.substr(begin, end - begin);
    if (language_ == TemplateLanguage::markdown) places_.text(piece);
    if (!piece.empty()) statements.push_back({begin, Text{std::string(piece)}});
  }

  Result<bool> output(const Tag& tag, Statements& statements) {
    TRY(Tokens tokens, tokenize(source_, tag.content, tag.style->closer));
    const std::size_t end = tokens.end;
    const bool trims = tokens.trims;
    text_before(tag, tag.begin, statements);
    Output output;
    if (language_ == TemplateLanguage::markdown) {
      TRY(place(tag.begin, end, tokens, output));
    }
    ExpressionParser parser(source_, std::move(tokens));
    TRY(output.value, parser.expression());
    TRY(parser.finish());
    statements.push_back({tag.begin, std::move(output)});
    at_ = end;
    if (trims) skip_space(end);
    places_.output();
    return true;
  }

  /// Finds out how the value is escaped, and takes `| code` or `| block(...)` off its end.
  Result<> place(std::size_t begin, std::size_t end, Tokens& tokens, Output& output) {
    output.escape = places_.is_fenced() ? Escape::fenced : Escape::text;
    output.in_table = places_.is_in_table();
    if (places_.is_in_span())
      return wrong(begin, "this stands in a code span", "write {{ ... | code }} without backticks");
    const Escape asked = escape_asked(tokens, output);
    if (asked == Escape::none) return {};
    if (places_.is_fenced())
      return wrong(begin, "this stands in a fenced code block already",
                   "write it without a filter");
    output.escape = asked;
    output.indent = places_.line();
    if (asked == Escape::code) return {};
    const bool ends_line = end == source_.text.size() || source_.text[end] == '\n';
    if (!places_.is_line_begin() || !ends_line)
      return wrong(begin, "a block must stand alone on its line");
    return {};
  }

  static Escape escape_asked(Tokens& tokens, Output& output) {
    std::vector<Token>& list = tokens.list;
    const auto cut = [&](std::size_t count) {
      list.erase(list.end() - 1 - static_cast<std::ptrdiff_t>(count), list.end() - 1);
    };
    const auto back = [&](std::size_t n) {
      return list.size() > n ? list[list.size() - 1 - n] : Token{};
    };
    if (back(2).text == "|" && back(1).text == "code") return cut(2), Escape::code;
    if (back(2).text == "|" && back(1).text == "block") return cut(2), Escape::block;
    const bool has_language = back(5).text == "|" && back(4).text == "block" &&
                              back(3).text == "(" && back(2).literal.is_string() &&
                              back(1).text == ")";
    if (!has_language) return Escape::none;
    output.language = back(2).literal.get_string();
    return cut(5), Escape::block;
  }

  /// True when it was a whole statement; false, with its word in `word_`, when it ends a body.
  Result<bool> statement(std::size_t begin, Statements& statements) {
    ExpressionParser parser = *std::move(pending_);
    pending_.reset();
    word_ = parser.next().text;
    if (parser.accept("if")) return choice(begin, parser, statements);
    if (parser.accept("for")) return loop(begin, parser, statements);
    if (parser.accept("set")) return assignment(begin, parser, statements);
    if (parser.accept("elif")) return keep(std::move(parser));
    for (const std::string_view word : {"else", "endif", "endfor"}) {
      if (!parser.accept(word)) continue;
      TRY(parser.finish());
      return false;
    }
    const std::vector<std::string> words(kWords.begin(), kWords.end());
    return wrong(begin, fmt::format("{} is no statement", quote(word_)),
                 did_you_mean(word_, words));
  }

  /// An elif's condition is read by the if that it belongs to.
  bool keep(ExpressionParser parser) {
    pending_.emplace(std::move(parser));
    return false;
  }

  static Result<Expression> condition(ExpressionParser& parser) {
    TRY(Expression found, parser.expression());
    TRY(parser.finish());
    return found;
  }

  Result<bool> choice(std::size_t begin, ExpressionParser& opener, Statements& statements) {
    If choice;
    TRY(Expression first, condition(opener));
    choice.branches.push_back({std::move(first), {}});
    while (true) {
      TRY(choice.branches.back().body, body("if", begin));
      const bool has_else = !choice.branches.back().condition.has_value();
      if (word_ == "endif") break;
      if (word_ == "endfor" || has_else) return misplaced();
      std::optional<Expression> next;
      if (word_ == "elif") {
        TRY(next, condition(*pending_));
      }
      choice.branches.push_back({std::move(next), {}});
    }
    statements.push_back({begin, std::move(choice)});
    return true;
  }

  Result<bool> loop(std::size_t begin, ExpressionParser& opener, Statements& statements) {
    For loop;
    TRY(loop.name, opener.target());
    TRY(opener.expect("in"));
    TRY(loop.list, opener.operation());
    if (opener.accept("if")) {
      TRY(loop.condition, opener.expression());
    }
    TRY(opener.finish());
    TRY(loop.body, body("for", begin));
    if (word_ == "else") {
      TRY(loop.otherwise, body("for", begin));
    }
    if (word_ != "endfor") return misplaced();
    statements.push_back({begin, std::move(loop)});
    return true;
  }

  Result<bool> assignment(std::size_t begin, ExpressionParser& parser, Statements& statements) {
    Set set;
    TRY(set.name, parser.target());
    TRY(parser.expect("="));
    TRY(set.value, condition(parser));
    statements.push_back({begin, std::move(set)});
    return true;
  }

  [[nodiscard]] Failure misplaced() const {
    const std::size_t offset = static_cast<std::size_t>(word_.data() - source_.text.data());
    return wrong(offset, fmt::format("{} does not belong here", quote(word_)));
  }

  const Source& source_;
  const TemplateLanguage language_;
  std::size_t at_ = 0;
  int depth_ = 0;
  MarkdownPlaces places_;
  std::optional<ExpressionParser> pending_;
  std::string_view word_;  // the latest statement's first
};

}  // namespace

Result<Statements> parse_template(const Source& source, TemplateLanguage language) {
  return TemplateParser(source, language).run();
}

}  // namespace crafter::tmpl
