// Evaluates expressions over a scope.

#pragma once

#include "tmpl/syntax.h"
#include "tmpl/tmpl.h"
#include "tmpl/value.h"

namespace crafter::tmpl {

/// A value that stands among the facts, one made on the way, or none.
class Value {
 public:
  static Value borrowed(const Json& fact) { return Value(&fact, nullptr); }
  static Value made(Json value) { return Value(nullptr, std::move(value)); }
  static Value missing() { return Value(nullptr, nullptr, true); }

  [[nodiscard]] bool is_missing() const { return missing_; }
  [[nodiscard]] bool is_borrowed() const { return fact_ != nullptr; }
  [[nodiscard]] const Json& json() const { return fact_ != nullptr ? *fact_ : made_; }
  /// The value itself, copied only when it is borrowed.
  [[nodiscard]] Json take() && { return fact_ != nullptr ? *fact_ : std::move(made_); }

 private:
  Value(const Json* fact, Json made, bool is_missing = false)
      : fact_(fact), made_(std::move(made)), missing_(is_missing) {}

  const Json* fact_;
  Json made_;
  bool missing_;
};

/// Evaluates trees of one source. Borrows source and budget.
class Evaluator {
 public:
  Evaluator(const Source& source, Budget& budget) : source_(source), budget_(budget) {}

  /// Fails when the value is missing, saying what was probably meant.
  Result<Value> value(const Expression& expression, const Scope& scope);
  Result<bool> truth(const Expression& expression, const Scope& scope);
  /// The text of a text or number.
  Result<std::string> text(const Expression& expression, const Scope& scope);

 private:
  using Rule = Result<Value> (Evaluator::*)(const Expression&, const Scope&);
  static Rule rule(Op op);

  Result<Value> value_or_missing(const Expression& expression, const Scope& scope);
  Result<Value> literal(const Expression& expression, const Scope& scope);
  Result<Value> name(const Expression& expression, const Scope& scope);
  Result<Value> member(const Expression& expression, const Scope& scope);
  Result<Value> item(const Expression& expression, const Scope& scope);
  Result<Value> list(const Expression& expression, const Scope& scope);
  Result<Value> object(const Expression& expression, const Scope& scope);
  Result<Value> filter(const Expression& expression, const Scope& scope);
  Result<Value> fallback(const Expression& expression, const Scope& scope);
  Result<Value> test(const Expression& expression, const Scope& scope);
  Result<Value> negate(const Expression& expression, const Scope& scope);
  Result<Value> either(const Expression& expression, const Scope& scope);
  Result<Value> compare(const Expression& expression, const Scope& scope);
  Result<Value> search(const Expression& expression, const Scope& scope);
  Result<Value> add(const Expression& expression, const Scope& scope);
  Result<Value> concat(const Expression& expression, const Scope& scope);
  Result<Value> choose(const Expression& expression, const Scope& scope);

  Result<> spend(const Expression& expression, std::size_t bytes);
  Result<Value> make(const Expression& expression, Json value);
  Failure explain_missing(const Expression& expression, const Scope& scope);
  [[nodiscard]] Failure placed(const Failure& failure, const Expression& expression) const;

  const Source& source_;
  Budget& budget_;
};

}  // namespace crafter::tmpl
