// One rule for each $-object; everything else is itself.

#include "plan/values.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <vector>

#include "base/text.h"

namespace crafter {
namespace {

using Maybe = std::optional<Json>;

Failure wrong_expression(const Origin& origin, std::string_view expression,
                         const Failure& failure) {
  const Diagnostic& why = failure.diagnostics().front();
  return wrong_part(origin, "plan.expression",
                    fmt::format("{}, in the expression {}", why.message, quote(expression)),
                    why.hint);
}

class Evaluation {
 public:
  explicit Evaluation(const Origin& origin) : origin_(origin) {}

  Result<Maybe> run(const Json& value, const Scope& facts) {
    if (value.is_array()) return list(value.get_array(), facts);
    if (!value.is_object()) return Maybe(value);
    for (const Rule& rule : kRules) {
      if (find(value, rule.name) == nullptr) continue;
      TRY(check_members(value.get_object(), rule));
      return (this->*rule.apply)(value, facts);
    }
    return object(value.get_object(), facts);
  }

 private:
  struct Rule {
    std::string_view name;
    std::array<std::string_view, 2> required;  // besides the name
    std::string_view optional;
    Result<Maybe> (Evaluation::*apply)(const Json&, const Scope&);
  };
  static const std::array<Rule, 6> kRules;

  Result<> check_members(const JsonObject& object, const Rule& rule) const {
    for (const std::string_view name : rule.required)
      if (!name.empty() && !object.contains(name))
        return wrong(fmt::format("{} needs {}", quote(rule.name), quote(name)));
    for (const auto& member : object) {
      const std::string_view name = member.key();
      const bool is_known = name == rule.name || name == rule.optional ||
                            std::ranges::find(rule.required, name) != rule.required.end();
      if (!is_known)
        return wrong(fmt::format("{} does not go with {}", quote(name), quote(rule.name)));
    }
    return {};
  }

  [[nodiscard]] Failure wrong(std::string message) const {
    return wrong_part(origin_, "plan.value", std::move(message));
  }

  /// The text of a member that is an expression.
  Result<std::string_view> expression(const Json& value, std::string_view name) const {
    const Json& member = *find(value, name);
    if (!member.is_string()) return wrong(fmt::format("{} must be a text", quote(name)));
    return std::string_view(member.get_string());
  }

  Result<Json> evaluate_member(const Json& value, std::string_view name, const Scope& facts) const {
    TRY(const std::string_view text, expression(value, name));
    auto found = evaluate(text, facts, origin_.part);
    if (!found) return wrong_expression(origin_, text, found.failure());
    return found;
  }

  Result<Maybe> object(const JsonObject& members, const Scope& facts) {
    JsonObject whole;
    for (const auto& member : members) {
      TRY(Maybe value, run(member.value(), facts));
      if (value) whole.emplace(member.key(), *std::move(value));
    }
    return Maybe(std::move(whole));
  }

  Result<Maybe> list(const JsonArray& items, const Scope& facts) {
    JsonArray whole;
    for (const Json& item : items) {
      TRY(Maybe value, run(item, facts));
      if (!value) continue;
      const Json* splice = find(item, "$for") != nullptr ? find(item, "splice") : nullptr;
      if (splice == nullptr || *splice != Json(true))
        whole.push_back(*std::move(value));
      else
        for (Json& inner : value->get_array()) whole.push_back(std::move(inner));
    }
    return Maybe(std::move(whole));
  }

  Result<Maybe> plain(const Json& value, const Scope& facts) {
    TRY(Json found, evaluate_member(value, "$", facts));
    return Maybe(std::move(found));
  }

  Result<Maybe> text(const Json& value, const Scope& facts) {
    TRY(const std::string_view source, expression(value, "$text"));
    TRY(const std::string written, evaluated_text(source, facts, origin_));
    return Maybe(Json(written));
  }

  Result<Maybe> choice(const Json& value, const Scope& facts) {
    TRY(const Json condition, evaluate_member(value, "$if", facts));
    const Json* taken = find(value, is_truthy(condition) ? "then" : "else");
    if (taken == nullptr) return Maybe();
    return run(*taken, facts);
  }

  template <class Round>
  Result<> for_each(const JsonArray& items, const Scope& facts, Round round) {
    const auto count = static_cast<std::int64_t>(items.size());
    for (std::int64_t i = 0; i < count; ++i) {
      const Scope item("item", items[static_cast<std::size_t>(i)], facts);
      const Json counters =
          JsonObject{{"index", i + 1}, {"index0", i}, {"first", i == 0}, {"last", i + 1 == count}};
      TRY(round(Scope("loop", counters, item)));
    }
    return {};
  }

  Result<JsonArray> items_of(const Json& value, std::string_view name, const Scope& facts) {
    TRY(const std::string_view text, expression(value, name));
    return evaluated_list(text, facts, origin_);
  }

  Result<Maybe> loop(const Json& value, const Scope& facts) {
    TRY(const JsonArray items, items_of(value, "$for", facts));
    JsonArray whole;
    TRY(for_each(items, facts, [&](const Scope& scope) -> Result<> {
      TRY(Maybe item, run(*find(value, "in"), scope));
      if (item) whole.push_back(*std::move(item));
      return {};
    }));
    return Maybe(std::move(whole));
  }

  Result<Maybe> members(const Json& value, const Scope& facts) {
    TRY(const JsonArray items, items_of(value, "$object", facts));
    JsonObject whole;
    TRY(for_each(items, facts, [&](const Scope& scope) -> Result<> {
      TRY(const Json key, evaluate_member(value, "key", scope));
      if (!key.is_string()) return wrong("the key of a member must be a text");
      TRY(Maybe member, run(*find(value, "value"), scope));
      if (member && !whole.emplace(key.get_string(), *std::move(member)).second)
        return wrong(fmt::format("{} stands twice in one object", quote(key.get_string())));
      return {};
    }));
    return Maybe(std::move(whole));
  }

  Result<Maybe> merged(const Json& value, const Scope& facts) {
    const Json& given = *find(value, "$merge");
    if (!given.is_array()) return wrong("\"$merge\" must be a list");
    JsonObject whole;
    for (const Json& one : given.get_array()) {
      TRY(Maybe object, run(one, facts));
      if (!object) continue;
      if (!object->is_object()) return wrong("\"$merge\" takes objects");
      for (auto& member : object->get_object()) whole[member.key()] = std::move(member.value());
    }
    return Maybe(std::move(whole));
  }

  const Origin& origin_;
};

const std::array<Evaluation::Rule, 6> Evaluation::kRules = {
    {{"$", {}, {}, &Evaluation::plain},
     {"$text", {}, {}, &Evaluation::text},
     {"$if", {"then"}, "else", &Evaluation::choice},
     {"$for", {"in"}, "splice", &Evaluation::loop},
     {"$object", {"key", "value"}, {}, &Evaluation::members},
     {"$merge", {}, {}, &Evaluation::merged}}};

}  // namespace

Failure wrong_part(const Origin& origin, std::string_view code, std::string message,
                   std::string hint) {
  return {Fault::internal,
          Diagnostic{.code = std::string(code),
                     .file = fmt::format("parts/{}/part.json", origin.part),
                     .message = fmt::format("{} (part {}, file {})", message, quote(origin.part),
                                            quote(origin.path)),
                     .hint = std::move(hint)}};
}

Result<std::optional<Json>> evaluated(const Json& value, const Scope& facts, const Origin& origin) {
  return Evaluation(origin).run(value, facts);
}

Result<JsonArray> evaluated_list(std::string_view expression, const Scope& facts,
                                 const Origin& origin) {
  auto found = evaluate(expression, facts, origin.part);
  if (!found) return wrong_expression(origin, expression, found.failure());
  if (found->is_array()) return std::move(found->get_array());
  return wrong_part(origin, "plan.expression",
                    fmt::format("the expression {} gives no list", quote(expression)));
}

Result<bool> evaluated_truth(std::string_view expression, const Scope& facts,
                             const Origin& origin) {
  if (expression.empty()) return true;
  auto found = evaluate(expression, facts, origin.part);
  if (!found) return wrong_expression(origin, expression, found.failure());
  return is_truthy(*found);
}

Result<std::string> evaluated_text(std::string_view text, const Scope& facts,
                                   const Origin& origin) {
  if (text.find('{') == text.npos) return std::string(text);
  const auto parsed = Template::parse(text, origin.part, TemplateLanguage::plain);
  if (!parsed) return wrong_expression(origin, text, parsed.failure());
  auto written = parsed->render(facts);
  if (!written) return wrong_expression(origin, text, written.failure());
  return written;
}

}  // namespace crafter
