// Runs templates and expressions.

#include "tmpl/tmpl.h"

#include <fmt/core.h>

#include <cstdint>
#include <deque>

#include "base/text.h"
#include "tmpl/evaluator.h"
#include "tmpl/expression.h"
#include "tmpl/markdown.h"
#include "tmpl/template_parser.h"

namespace crafter {

struct Template::Body {
  std::string text;
  std::string name;
  tmpl::Statements statements;
};

namespace tmpl {
namespace {

constexpr std::size_t kMostText = 1 << 20;
constexpr std::size_t kMostOutput = 64U << 20;

std::string escaped(const Output& output, const std::string& text) {
  switch (output.escape) {
    case Escape::none:
      return text;
    case Escape::text:
      return markdown_text(text);
    case Escape::fenced:
      return markdown_fenced(text);
    case Escape::code:
      return markdown_code(text, output.in_table);
    case Escape::block:
      return markdown_block(text, output.language, output.indent);
  }
  return {};
}

Json counters(std::int64_t round, std::size_t rounds) {
  const auto length = static_cast<std::int64_t>(rounds);
  return JsonObject{{"index", round + 1},
                    {"index0", round},
                    {"first", round == 0},
                    {"last", round + 1 == length},
                    {"length", length}};
}

/// Walks the statements. Scopes are chained from the innermost out; `set` lays one more name on
/// top, which lasts until the loop's round ends.
class Renderer {
 public:
  explicit Renderer(const Source& source) : source_(source), evaluator_(source, budget_) {}

  Result<std::string> run(const Statements& statements, const Scope& facts) {
    scope_ = &facts;
    TRY(walk(statements));
    return std::move(out_);
  }

 private:
  struct Name {
    Json value;
    Scope scope;
    Name(const std::string& name, Json given, const Scope& below)
        : value(std::move(given)), scope(name, value, below) {}
  };

  Result<> walk(const Statements& statements) {
    for (const Statement& statement : statements) {
      if (!budget_.spend(Budget::kStep)) return too_much(statement);
      TRY(std::visit([&](const auto& what) { return run(what, statement); }, statement.what));
      if (out_.size() > kMostOutput) return too_much(statement);
    }
    return {};
  }

  [[nodiscard]] Failure too_much(const Statement& statement) const {
    return source_.error(statement.offset, "limit", "the template makes too much text");
  }

  Result<> run(const Text& text, const Statement&) {
    out_ += text.text;
    return {};
  }

  Result<> run(const Output& output, const Statement& statement) {
    TRY(const std::string text, evaluator_.text(output.value, *scope_));
    if (!budget_.spend(text.size())) return too_much(statement);
    out_ += escaped(output, text);
    return {};
  }

  Result<> run(const If& choice, const Statement&) {
    for (const Branch& branch : choice.branches) {
      bool is_taken = !branch.condition.has_value();
      if (!is_taken) {
        TRY(is_taken, evaluator_.truth(*branch.condition, *scope_));
      }
      if (is_taken) return walk(branch.body);
    }
    return {};
  }

  Result<> run(const Set& set, const Statement&) {
    TRY(Value value, evaluator_.value(set.value, *scope_));
    TRY(lay(set.name, std::move(value).take(), set.value));
    return {};
  }

  Result<> lay(const std::string& name, Json value, const Expression& from) {
    if (!budget_.spend(weight(value)))
      return source_.error(from.offset, "limit", "the template makes too much");
    names_.emplace_back(name, std::move(value), *scope_);
    scope_ = &names_.back().scope;
    return {};
  }

  Result<> run(const For& loop, const Statement& statement) {
    TRY(const Value list, evaluator_.value(loop.list, *scope_));
    TRY(const std::vector<const Json*> items, items_of(loop, list.json(), statement));
    if (items.empty()) return walk(loop.otherwise);
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (!budget_.spend(8 * Budget::kStep)) return too_much(statement);
      TRY(round(loop, items, i));
    }
    return {};
  }

  /// The items that the loop's own condition lets pass.
  Result<std::vector<const Json*>> items_of(const For& loop, const Json& list,
                                            const Statement& statement) {
    if (!list.is_array())
      return source_.error(statement.offset, "type",
                           fmt::format("expected a list, got {}", kind_of(list)));
    std::vector<const Json*> items;
    for (const Json& item : list.get_array()) {
      const Scope scope(loop.name, item, *scope_);
      bool passes = true;
      if (loop.condition) {
        TRY(passes, evaluator_.truth(*loop.condition, scope));
      }
      if (passes) items.push_back(&item);
    }
    return items;
  }

  Result<> round(const For& loop, const std::vector<const Json*>& items, std::size_t i) {
    const Scope* const outside = scope_;
    const std::size_t kept = names_.size();
    const Json counts = counters(static_cast<std::int64_t>(i), items.size());
    const Scope item(loop.name, *items[i], *outside);
    const Scope counting("loop", counts, item);
    scope_ = &counting;
    auto done = walk(loop.body);
    scope_ = outside;
    while (names_.size() > kept) names_.pop_back();
    return done;
  }

  const Source& source_;
  Budget budget_;
  Evaluator evaluator_;
  const Scope* scope_ = nullptr;
  std::deque<Name> names_;
  std::string out_;
};

}  // namespace
}  // namespace tmpl

const Json* Scope::find(std::string_view name) const {
  for (const Scope* scope = this; scope != nullptr; scope = scope->below_) {
    if (scope->name_.empty()) {
      if (const Json* found = crafter::find(*scope->value_, name)) return found;
    } else if (scope->name_ == name) {
      return scope->value_;
    }
  }
  return nullptr;
}

std::vector<std::string> Scope::names() const {
  std::vector<std::string> names;
  for (const Scope* scope = this; scope != nullptr; scope = scope->below_) {
    if (!scope->name_.empty()) names.emplace_back(scope->name_);
    if (scope->name_.empty() && scope->value_->is_object())
      for (const auto& member : scope->value_->get_object()) names.emplace_back(member.key());
  }
  return names;
}

Result<Template> Template::parse(std::string_view text, std::string name,
                                 TemplateLanguage language) {
  auto body = std::make_shared<Body>();
  body->text = text;
  body->name = std::move(name);
  const tmpl::Source source{body->text, body->name};
  if (text.size() > tmpl::kMostText) return source.error(0, "limit", "the template is too large");
  if (const auto offset = find_invalid_utf8(text))
    return source.error(*offset, "syntax", "the template is not valid UTF-8 here");
  if (const std::size_t offset = text.find('\r'); offset != text.npos)
    return source.error(offset, "syntax", "the template has a carriage return");
  TRY(body->statements, tmpl::parse_template(source, language));
  Template parsed;
  parsed.body_ = std::move(body);
  return parsed;
}

Result<std::string> Template::render(const Scope& facts) const {
  const tmpl::Source source{body_->text, body_->name};
  return tmpl::Renderer(source).run(body_->statements, facts);
}

Result<Json> evaluate(std::string_view expression, const Scope& facts, std::string_view where) {
  const tmpl::Source source{expression, where};
  TRY(tmpl::Tokens tokens, tmpl::tokenize(source, 0, ""));
  tmpl::ExpressionParser parser(source, std::move(tokens));
  TRY(const tmpl::Expression tree, parser.expression());
  TRY(parser.finish());
  tmpl::Budget budget;
  TRY(tmpl::Value value, tmpl::Evaluator(source, budget).value(tree, facts));
  return std::move(value).take();
}

}  // namespace crafter
