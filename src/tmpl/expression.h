// Reads expressions: tokens to trees.

#pragma once

#include <string_view>

#include "tmpl/lexer.h"

namespace crafter::tmpl {

struct Infix;

/// Reads what stands in one tag. Borrows the source.
class ExpressionParser {
 public:
  ExpressionParser(const Source& source, Tokens tokens)
      : source_(source), tokens_(std::move(tokens)) {}

  /// A whole expression, conditional ones included.
  Result<Expression> expression();
  /// One without `x if c else y`: what a for loop runs over.
  Result<Expression> operation() { return operation(0); }
  /// A name that something is given to; reserved words are none.
  Result<std::string> target();

  /// Whether the next token is that name or sign, which is then passed.
  bool accept(std::string_view text);
  /// Passes it, or says that it is missing.
  Result<> expect(std::string_view text);
  /// Nothing may follow.
  Result<> finish();

  [[nodiscard]] const Token& next() const { return tokens_.list[at_]; }
  [[nodiscard]] const Tokens& tokens() const { return tokens_; }

 private:
  Result<Expression> operation(std::size_t least);
  Result<Expression> negation();
  Result<Expression> operand();
  Result<Expression> primary();
  Result<Expression> members(Expression base);
  Result<Expression> filters(Expression value);
  Result<Expression> filter(Expression value);
  Result<Expression> test(Expression value);
  Result<Expression> name();
  Result<Expression> list();
  Result<Expression> object();
  Result<Expression> negative();
  [[nodiscard]] const Infix* infix() const;

  [[nodiscard]] Result<Expression> made(Expression whole) const;
  [[nodiscard]] Failure unexpected(std::string_view wanted) const;
  [[nodiscard]] bool is_next(std::string_view text) const;

  const Source& source_;
  const Tokens tokens_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace crafter::tmpl
