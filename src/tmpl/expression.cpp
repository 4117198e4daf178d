// A descent by precedence. Depth while reading and height of what comes out are both bounded.

#include "tmpl/expression.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "tmpl/filters.h"

namespace crafter::tmpl {

/// An operator between two operands; a higher level binds more tightly.
struct Infix {
  std::string_view text;
  Op op;
  std::size_t level;
};

namespace {

constexpr std::size_t kNot = 2;         // the level of `not`
constexpr std::size_t kComparison = 3;  // these are not chained
constexpr std::array<Infix, 11> kInfixes = {{{"or", Op::either, 0},
                                             {"and", Op::both, 1},
                                             {"==", Op::equal, kComparison},
                                             {"!=", Op::unequal, kComparison},
                                             {"<", Op::less, kComparison},
                                             {">", Op::greater, kComparison},
                                             {"<=", Op::at_most, kComparison},
                                             {">=", Op::at_least, kComparison},
                                             {"in", Op::within, kComparison},
                                             {"+", Op::add, 4},
                                             {"~", Op::concat, 5}}};

constexpr std::array<std::string_view, 14> kReserved = {"and",   "or",    "not",  "in",   "is",
                                                        "if",    "else",  "for",  "true", "True",
                                                        "false", "False", "none", "None"};

bool is_reserved(std::string_view word) {
  return std::ranges::find(kReserved, word) != kReserved.end();
}

/// Counts how deep the reading is while it lives.
class Deeper {
 public:
  explicit Deeper(int& depth) : depth_(depth) { ++depth_; }
  ~Deeper() { --depth_; }
  Deeper(const Deeper&) = delete;
  Deeper& operator=(const Deeper&) = delete;

 private:
  int& depth_;
};

Expression make(Op op, std::size_t offset, std::string name = {}) {
  return {
      .op = op, .offset = offset, .height = 1, .name = std::move(name), .literal = {}, .parts = {}};
}

template <class... Parts>
Expression make(Op op, std::size_t offset, std::string name, Expression first, Parts... others) {
  Expression whole = make(op, offset, std::move(name));
  whole.parts.push_back(std::move(first));
  (whole.parts.push_back(std::move(others)), ...);
  return whole;
}

}  // namespace

Failure ExpressionParser::unexpected(std::string_view wanted) const {
  const std::string found =
      next().kind == Token::Kind::end ? "the end of the expression" : quote(next().text);
  return source_.error(next().offset, "syntax",
                       fmt::format("expected {}, found {}", wanted, found));
}

bool ExpressionParser::is_next(std::string_view text) const {
  const bool is_word = next().kind == Token::Kind::name || next().kind == Token::Kind::sign;
  return is_word && next().text == text;
}

bool ExpressionParser::accept(std::string_view text) {
  if (!is_next(text)) return false;
  ++at_;
  return true;
}

Result<> ExpressionParser::expect(std::string_view text) {
  if (accept(text)) return {};
  return unexpected(quote(text));
}

Result<> ExpressionParser::finish() {
  if (next().kind == Token::Kind::end) return {};
  if (is_next("(")) return source_.error(next().offset, "syntax", "nothing can be called");
  return unexpected("an operator");
}

Result<std::string> ExpressionParser::target() {
  if (next().kind != Token::Kind::name || is_reserved(next().text) || next().text == "loop")
    return unexpected("a name");
  return std::string(tokens_.list[at_++].text);
}

Result<Expression> ExpressionParser::made(Expression whole) const {
  for (const Expression& part : whole.parts) whole.height = std::max(whole.height, part.height + 1);
  if (whole.height > kDeepest)
    return source_.error(whole.offset, "syntax", "the expression is nested too deeply");
  return whole;
}

Result<Expression> ExpressionParser::expression() {
  const Deeper deeper(depth_);
  if (depth_ > kDeepest)
    return source_.error(next().offset, "syntax", "the expression is nested too deeply");
  TRY(Expression value, operation());
  const std::size_t offset = next().offset;
  if (!accept("if")) return value;
  TRY(Expression condition, operation());
  TRY(expect("else"));
  TRY(Expression otherwise, expression());
  return made(
      make(Op::choose, offset, {}, std::move(value), std::move(condition), std::move(otherwise)));
}

const Infix* ExpressionParser::infix() const {
  static constexpr Infix kOutside{"not", Op::outside, kComparison};
  if (next().kind != Token::Kind::name && next().kind != Token::Kind::sign) return nullptr;
  if (next().text == "not") return tokens_.list[at_ + 1].text == "in" ? &kOutside : nullptr;
  const auto* found = std::ranges::find(kInfixes, next().text, &Infix::text);
  return found == kInfixes.end() ? nullptr : found;
}

Result<Expression> ExpressionParser::operation(std::size_t least) {
  const bool is_negated = least <= kNot && is_next("not");
  TRY(Expression left, is_negated ? negation() : operand());
  const Infix* before = nullptr;
  for (const Infix* sign = infix(); sign != nullptr && sign->level >= least; sign = infix()) {
    const std::size_t offset = next().offset;
    if (before != nullptr && before->level == kComparison && sign->level == kComparison)
      return source_.error(offset, "syntax", "comparisons cannot be chained", "join them by and");
    at_ += sign->op == Op::outside ? 2 : 1;
    TRY(Expression right, operation(sign->level + 1));
    TRY(left, made(make(sign->op, offset, {}, std::move(left), std::move(right))));
    before = sign;
  }
  return left;
}

Result<Expression> ExpressionParser::negation() {
  const std::size_t offset = next().offset;
  std::size_t count = 0;
  while (accept("not")) ++count;
  TRY(Expression value, operation(kNot + 1));
  for (; count > 0; --count) {
    TRY(value, made(make(Op::negate, offset, {}, std::move(value))));
  }
  return value;
}

Result<Expression> ExpressionParser::operand() {
  TRY(Expression base, primary());
  TRY(Expression value, members(std::move(base)));
  return filters(std::move(value));
}

Result<Expression> ExpressionParser::primary() {
  const Token& token = next();
  if (token.kind == Token::Kind::name) return name();
  if (token.kind == Token::Kind::literal) {
    ++at_;
    Expression literal = make(Op::literal, token.offset);
    literal.literal = token.literal;
    return literal;
  }
  if (is_next("[")) return list();
  if (is_next("{")) return object();
  if (is_next("-")) return negative();
  if (!accept("(")) return unexpected("a value");
  TRY(Expression inner, expression());
  TRY(expect(")"));
  return inner;
}

Result<Expression> ExpressionParser::name() {
  const Token& token = next();
  Expression literal = make(Op::literal, token.offset);
  if (token.text == "true" || token.text == "True") literal.literal = true;
  if (token.text == "false" || token.text == "False") literal.literal = false;
  const bool is_literal = literal.literal.is_bool() || token.text == "none" || token.text == "None";
  if (!is_literal && is_reserved(token.text)) return unexpected("a value");
  ++at_;
  return is_literal ? literal : make(Op::name, token.offset, std::string(token.text));
}

Result<Expression> ExpressionParser::negative() {
  const std::size_t offset = next().offset;
  ++at_;
  if (next().kind != Token::Kind::literal || !next().literal.is_number())
    return unexpected("a number behind the minus");
  Expression literal = make(Op::literal, offset);
  const Json& number = tokens_.list[at_++].literal;
  if (number.is_double())
    literal.literal = -number.get_double();
  else if (number.is_int64())
    literal.literal = -number.get_int64();
  else
    return source_.error(offset, "syntax", "the number is too large");
  return literal;
}

Result<Expression> ExpressionParser::list() {
  Expression whole = make(Op::list, next().offset);
  TRY(expect("["));
  while (!accept("]")) {
    TRY(Expression item, expression());
    whole.parts.push_back(std::move(item));
    if (!is_next("]")) TRY(expect(","));
  }
  return made(std::move(whole));
}

Result<Expression> ExpressionParser::object() {
  Expression whole = make(Op::object, next().offset);
  TRY(expect("{"));
  while (!accept("}")) {
    TRY(Expression key, expression());
    TRY(expect(":"));
    TRY(Expression value, expression());
    whole.parts.push_back(std::move(key));
    whole.parts.push_back(std::move(value));
    if (!is_next("}")) TRY(expect(","));
  }
  return made(std::move(whole));
}

Result<Expression> ExpressionParser::members(Expression base) {
  while (true) {
    const std::size_t offset = next().offset;
    if (accept(".")) {
      const Token& name = next();
      if (name.kind != Token::Kind::name) return unexpected("a name behind the dot");
      ++at_;
      TRY(base, made(make(Op::member, name.offset, std::string(name.text), std::move(base))));
    } else if (accept("[")) {
      TRY(Expression index, expression());
      TRY(expect("]"));
      TRY(base, made(make(Op::item, offset, {}, std::move(base), std::move(index))));
    } else {
      return base;
    }
  }
}

Result<Expression> ExpressionParser::filters(Expression value) {
  while (true) {
    if (accept("|")) {
      TRY(value, filter(std::move(value)));
    } else if (accept("is")) {
      TRY(value, test(std::move(value)));
    } else {
      return value;
    }
  }
}

Result<Expression> ExpressionParser::filter(Expression value) {
  const Token& token = next();
  if (token.kind != Token::Kind::name) return unexpected("a filter's name");
  ++at_;
  Expression whole = make(Op::filter, token.offset, std::string(token.text), std::move(value));
  if (accept("(")) {
    while (!accept(")")) {
      TRY(Expression argument, expression());
      whole.parts.push_back(std::move(argument));
      if (!is_next(")")) TRY(expect(","));
    }
  }
  if (const auto wrong = misuse_of_filter(token.text, whole.parts.size() - 1))
    return source_.error(token.offset, "filter", wrong->message, wrong->hint);
  return made(std::move(whole));
}

Result<Expression> ExpressionParser::test(Expression value) {
  const bool is_negated = accept("not");
  const Token& token = next();
  if (token.kind != Token::Kind::name || !has_test(token.text))
    return unexpected(fmt::format("a test ({})", enumerate(test_names())));
  ++at_;
  TRY(Expression whole,
      made(make(Op::test, token.offset, std::string(token.text), std::move(value))));
  if (!is_negated) return whole;
  return made(make(Op::negate, token.offset, {}, std::move(whole)));
}

}  // namespace crafter::tmpl
