// One rule for each kind of expression.

#include "tmpl/evaluator.h"

#include <fmt/core.h>

#include <cstdint>
#include <vector>

#include "base/text.h"
#include "tmpl/filters.h"

namespace crafter::tmpl {
namespace {

/// The part of a value, as little copied as can be.
Value part_of(const Value& whole, const Json* part) {
  if (part == nullptr) return Value::missing();
  return whole.is_borrowed() ? Value::borrowed(*part) : Value::made(*part);
}

const Json* item_at(const Json& list, const Json& index) {
  if (!list.is_array() || !index.is_int64()) return nullptr;
  const auto size = static_cast<std::int64_t>(list.get_array().size());
  const std::int64_t at = index.get_int64() < 0 ? index.get_int64() + size : index.get_int64();
  if (at < 0 || at >= size) return nullptr;
  return &list.get_array()[static_cast<std::size_t>(at)];
}

std::vector<std::string> keys(const Json& value) {
  std::vector<std::string> names;
  if (const auto* members = value.if_object())
    for (const auto& member : *members) names.emplace_back(member.key());
  return names;
}

}  // namespace

Evaluator::Rule Evaluator::rule(Op op) {
  switch (op) {
    case Op::literal:
      return &Evaluator::literal;
    case Op::name:
      return &Evaluator::name;
    case Op::member:
      return &Evaluator::member;
    case Op::item:
      return &Evaluator::item;
    case Op::list:
      return &Evaluator::list;
    case Op::object:
      return &Evaluator::object;
    case Op::filter:
      return &Evaluator::filter;
    case Op::test:
      return &Evaluator::test;
    case Op::negate:
      return &Evaluator::negate;
    case Op::both:
    case Op::either:
      return &Evaluator::either;
    case Op::within:
    case Op::outside:
      return &Evaluator::search;
    case Op::add:
      return &Evaluator::add;
    case Op::concat:
      return &Evaluator::concat;
    case Op::choose:
      return &Evaluator::choose;
    default:
      return &Evaluator::compare;
  }
}

Failure Evaluator::placed(const Failure& failure, const Expression& expression) const {
  const Diagnostic& why = failure.diagnostics().front();
  return source_.error(expression.offset, why.code, why.message, why.hint);
}

Result<> Evaluator::spend(const Expression& expression, std::size_t bytes) {
  if (budget_.spend(bytes)) return {};
  return source_.error(expression.offset, "limit", "the template asks for too much work");
}

Result<Value> Evaluator::make(const Expression& expression, Json value) {
  TRY(spend(expression, weight(value)));
  return Value::made(std::move(value));
}

Result<Value> Evaluator::value_or_missing(const Expression& expression, const Scope& scope) {
  TRY(spend(expression, Budget::kStep));
  return (this->*rule(expression.op))(expression, scope);
}

Result<Value> Evaluator::value(const Expression& expression, const Scope& scope) {
  TRY(Value found, value_or_missing(expression, scope));
  if (found.is_missing()) return explain_missing(expression, scope);
  return found;
}

Result<bool> Evaluator::truth(const Expression& expression, const Scope& scope) {
  TRY(const Value found, value(expression, scope));
  return is_truthy(found.json());
}

Result<std::string> Evaluator::text(const Expression& expression, const Scope& scope) {
  TRY(const Value found, value(expression, scope));
  auto whole = written(found.json());
  if (!whole) return placed(whole.failure(), expression);
  return whole;
}

Failure Evaluator::explain_missing(const Expression& expression, const Scope& scope) {
  if (expression.op == Op::name)
    return source_.error(expression.offset, "undefined",
                         fmt::format("{} is undefined", quote(expression.name)),
                         did_you_mean(expression.name, scope.names()));
  if (expression.op == Op::choose || expression.op == Op::filter)
    return source_.error(expression.offset, "undefined", "this is undefined");
  TRY(const Value base, value(expression.parts[0], scope));
  if (expression.op == Op::item) {
    TRY(const Value index, value(expression.parts[1], scope));
    return source_.error(
        expression.offset, "undefined",
        fmt::format("{} has no item {}", kind_of(base.json()), write_json(index.json())));
  }
  return source_.error(
      expression.offset, "undefined",
      fmt::format("{} has no member {}", kind_of(base.json()), quote(expression.name)),
      did_you_mean(expression.name, keys(base.json())));
}

Result<Value> Evaluator::literal(const Expression& expression, const Scope&) {
  return Value::borrowed(expression.literal);
}

Result<Value> Evaluator::name(const Expression& expression, const Scope& scope) {
  const Json* found = scope.find(expression.name);
  return found == nullptr ? Value::missing() : Value::borrowed(*found);
}

Result<Value> Evaluator::member(const Expression& expression, const Scope& scope) {
  TRY(const Value base, value(expression.parts[0], scope));
  return part_of(base, find(base.json(), expression.name));
}

Result<Value> Evaluator::item(const Expression& expression, const Scope& scope) {
  TRY(const Value base, value(expression.parts[0], scope));
  TRY(const Value index, value(expression.parts[1], scope));
  if (index.json().is_string()) return part_of(base, find(base.json(), index.json().get_string()));
  return part_of(base, item_at(base.json(), index.json()));
}

Result<Value> Evaluator::list(const Expression& expression, const Scope& scope) {
  JsonArray items;
  for (const Expression& part : expression.parts) {
    TRY(Value item, value(part, scope));
    items.push_back(std::move(item).take());
  }
  return make(expression, std::move(items));
}

Result<Value> Evaluator::object(const Expression& expression, const Scope& scope) {
  JsonObject members;
  for (std::size_t i = 0; i < expression.parts.size(); i += 2) {
    TRY(const Value key, value(expression.parts[i], scope));
    TRY(Value item, value(expression.parts[i + 1], scope));
    if (!key.json().is_string())
      return source_.error(expression.parts[i].offset, "type", "a member's name is a text");
    members[key.json().get_string()] = std::move(item).take();
  }
  return make(expression, std::move(members));
}

Result<Value> Evaluator::filter(const Expression& expression, const Scope& scope) {
  if (expression.name == "default") return fallback(expression, scope);
  TRY(const Value base, value(expression.parts[0], scope));
  TRY(spend(expression, cost(base.json())));
  std::vector<Json> arguments;
  for (std::size_t i = 1; i < expression.parts.size(); ++i) {
    TRY(Value argument, value(expression.parts[i], scope));
    arguments.push_back(std::move(argument).take());
  }
  auto filtered = apply_filter(expression.name, base.json(), arguments, budget_);
  if (!filtered) return placed(filtered.failure(), expression);
  return make(expression, *std::move(filtered));
}

/// default(value, true) also replaces what is not truthy.
Result<Value> Evaluator::fallback(const Expression& expression, const Scope& scope) {
  TRY(Value base, value_or_missing(expression.parts[0], scope));
  bool replaces = base.is_missing();
  if (!replaces && expression.parts.size() > 2) {
    TRY(const bool also_falsy, truth(expression.parts[2], scope));
    replaces = also_falsy && !is_truthy(base.json());
  }
  if (!replaces) return base;
  return value(expression.parts[1], scope);
}

Result<Value> Evaluator::test(const Expression& expression, const Scope& scope) {
  if (expression.name == "defined") {
    TRY(const Value base, value_or_missing(expression.parts[0], scope));
    return Value::made(!base.is_missing());
  }
  TRY(const Value base, value(expression.parts[0], scope));
  return Value::made(passes_test(expression.name, base.json()));
}

Result<Value> Evaluator::negate(const Expression& expression, const Scope& scope) {
  TRY(const bool is_true, truth(expression.parts[0], scope));
  return Value::made(!is_true);
}

/// As in Python, the result is one of the two values, and the second one may stay unasked.
Result<Value> Evaluator::either(const Expression& expression, const Scope& scope) {
  TRY(Value left, value(expression.parts[0], scope));
  if (is_truthy(left.json()) == (expression.op == Op::either)) return left;
  return value(expression.parts[1], scope);
}

Result<Value> Evaluator::compare(const Expression& expression, const Scope& scope) {
  TRY(const Value left, value(expression.parts[0], scope));
  TRY(const Value right, value(expression.parts[1], scope));
  TRY(spend(expression, cost(left.json()) + cost(right.json())));
  if (expression.op == Op::equal) return Value::made(equal(left.json(), right.json()));
  if (expression.op == Op::unequal) return Value::made(!equal(left.json(), right.json()));
  const auto found = order(left.json(), right.json());
  if (!found)
    return source_.error(
        expression.offset, "type",
        fmt::format("{} and {} have no order", kind_of(left.json()), kind_of(right.json())));
  if (expression.op == Op::less) return Value::made(*found < 0);
  if (expression.op == Op::greater) return Value::made(*found > 0);
  if (expression.op == Op::at_most) return Value::made(*found <= 0);
  return Value::made(*found >= 0);
}

Result<Value> Evaluator::search(const Expression& expression, const Scope& scope) {
  TRY(const Value item, value(expression.parts[0], scope));
  TRY(const Value container, value(expression.parts[1], scope));
  TRY(spend(expression, cost(container.json())));
  const auto found = contains(container.json(), item.json());
  if (!found) return placed(found.failure(), expression);
  return Value::made(*found == (expression.op == Op::within));
}

Result<Value> Evaluator::add(const Expression& expression, const Scope& scope) {
  TRY(const Value left, value(expression.parts[0], scope));
  TRY(const Value right, value(expression.parts[1], scope));
  auto total = sum(left.json(), right.json());
  if (!total) return placed(total.failure(), expression);
  return make(expression, *std::move(total));
}

Result<Value> Evaluator::concat(const Expression& expression, const Scope& scope) {
  TRY(const std::string left, text(expression.parts[0], scope));
  TRY(const std::string right, text(expression.parts[1], scope));
  return make(expression, Json(left + right));
}

Result<Value> Evaluator::choose(const Expression& expression, const Scope& scope) {
  TRY(const bool is_first, truth(expression.parts[1], scope));
  return value_or_missing(expression.parts[is_first ? 0 : 2], scope);
}

}  // namespace crafter::tmpl
