// Chooses among what schemas name, their alternatives and their types.

#include "jsonschema/sampler.h"

#include <algorithm>

namespace crafter {
namespace {

constexpr std::size_t kMostTries = 3000;
constexpr std::size_t kDeepest = 24;
constexpr std::size_t kMostNodes = 200;  // that one value has to fit

struct Type {
  std::string_view name;
  /// A keyword that only makes sense with this type hints at it where none is named.
  std::vector<std::string_view> hints;
};

const std::vector<Type>& types() {
  static const std::vector<Type> kTypes = {
      {"object", {"properties", "required", "patternProperties", "minProperties"}},
      {"array", {"items", "prefixItems", "minItems", "contains"}},
      {"integer", {}},
      {"number", {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}},
      {"string", {"pattern", "format", "minLength", "maxLength"}},
      {"boolean", {}},
      {"null", {}}};
  return kTypes;
}

/// The types to try, the likeliest first: as named, as hinted at, then text before all others.
std::vector<std::string_view> likely_types(const Nodes& all) {
  std::vector<std::string_view> likely;
  for (const Node* node : all) {
    const Json* type = find(*node->schema, "type");
    if (type == nullptr) continue;
    const JsonArray one{*type};
    for (const Json& name : type->is_array() ? type->get_array() : one)
      for (const Type& known : types())
        if (name.is_string() && name.get_string() == known.name &&
            std::ranges::find(likely, known.name) == likely.end())
          likely.push_back(known.name);
  }
  std::ranges::stable_partition(likely, [](std::string_view name) { return name != "null"; });
  if (!likely.empty()) return likely;
  for (const Type& known : types())
    for (const std::string_view hint : known.hints)
      if (std::ranges::any_of(all, [&](auto* node) { return find(*node->schema, hint); }))
        likely.push_back(known.name);
  likely.push_back("string");
  for (const Type& known : types()) likely.push_back(known.name);
  return likely;
}

void add_unknown(Nodes& nodes, const Node* node) {
  if (node == nullptr || nodes.size() >= kMostNodes) return;
  if (std::ranges::find(nodes, node) == nodes.end()) nodes.push_back(node);
}

}  // namespace

/// The nodes, and all that they include by reference or allOf.
Nodes Sampler::expand(const Nodes& nodes) const {
  Nodes all;
  for (const Node* node : nodes) add_unknown(all, node);
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (const std::string_view keyword : {"$ref", "$dynamicRef"}) {
      const Json* reference = find(*all[i]->schema, keyword);
      const Target* target = reference == nullptr ? nullptr : program_.target(*reference);
      if (target != nullptr) add_unknown(all, target->node);
    }
    const Json* parts = find(*all[i]->schema, "allOf");
    if (parts == nullptr || !parts->is_array()) continue;
    for (const Json& part : parts->get_array()) add_unknown(all, program_.find(part));
  }
  return all;
}

bool Sampler::fits(const Wish& wish, const Json& value) {
  return !strict_ || std::ranges::all_of(wish.nodes, [&](const Node* node) {
    Checker checker(program_, nullptr, steps_);
    const bool fits = checker.run(*node, value);
    steps_ -= std::min(steps_, checker.spent());
    return fits;
  });
}

std::optional<Json> Sampler::sample(const Wish& wish) {
  if (++tries_ > kMostTries || wish.depth > kDeepest) return std::nullopt;
  const Nodes all = expand(wish.nodes);
  bool decided = false;
  if (auto value = named(wish, all, decided); value || decided) return value;
  if (auto value = branched(wish, all, decided); value || decided) return value;
  return made(wish, all);
}

std::optional<Json> Sampler::first_fitting(const Wish& wish, std::vector<Json> candidates) {
  for (Json& value : candidates)
    if (fits(wish, value)) return std::move(value);
  return std::nullopt;
}

/// What the schema itself names; `exhaustive` when it names all that there is.
std::optional<Json> Sampler::named(const Wish& wish, const Nodes& all, bool& exhaustive) {
  std::vector<const Json*> candidates;
  for (const std::string_view keyword : {"const", "default", "examples", "enum"})
    for (const Node* node : all) {
      const Json* value = find(*node->schema, keyword);
      if (value == nullptr) continue;
      exhaustive = exhaustive || keyword == "const" || keyword == "enum";
      if (keyword == "const" || keyword == "default")
        candidates.push_back(value);
      else if (value->is_array())
        for (const Json& one : value->get_array()) candidates.push_back(&one);
    }
  std::vector<const Json*> distinct;
  for (const Json* value : candidates) {
    const auto is_same = [&](const Json* other) { return equal_json(*value, *other); };
    if (std::ranges::any_of(distinct, is_same) || !fits(wish, *value)) continue;
    if (distinct.size() == wish.variation) return *value;
    distinct.push_back(value);
  }
  return std::nullopt;
}

/// The wish with a choice made: these schemas must fit as well.
std::optional<Json> Sampler::with(const Wish& wish, const Json& choice,
                                  std::vector<const Json*> schemas) {
  Wish closer = wish;
  closer.settled.insert(&choice);
  for (const Json* schema : schemas)
    if (schema != nullptr) add_unknown(closer.nodes, program_.find(*schema));
  return sample(closer);
}

/// Settles the first open choice in every way until one leads to a value.
std::optional<Json> Sampler::branched(const Wish& wish, const Nodes& all, bool& branches) {
  const auto is_open = [&](const Json* choice) {
    branches = branches || (choice != nullptr && !wish.settled.contains(choice));
    return choice != nullptr && !wish.settled.contains(choice);
  };
  for (const Node* node : all) {
    for (const std::string_view keyword : {"oneOf", "anyOf"}) {
      const Json* choice = find(*node->schema, keyword);
      if (choice == nullptr || !choice->is_array() || !is_open(choice)) continue;
      for (const Json& schema : choice->get_array())
        if (auto value = with(wish, *choice, {&schema})) return value;
      return std::nullopt;
    }
    const Json* condition = find(*node->schema, "if");
    if (!is_open(condition)) continue;
    if (auto value = with(wish, *condition, {find(*node->schema, "else")})) return value;
    return with(wish, *condition, {condition, find(*node->schema, "then")});
  }
  return std::nullopt;
}

std::optional<Json> Sampler::made(const Wish& wish, const Nodes& all) {
  for (const std::string_view type : likely_types(all)) {
    std::vector<Json> candidates =
        type == "object"    ? objects(wish, all)
        : type == "array"   ? lists(wish, all)
        : type == "string"  ? texts(wish, all)
        : type == "boolean" ? std::vector<Json>{wish.variation % 2 == 0, wish.variation % 2 == 1}
        : type == "null"    ? std::vector<Json>{nullptr}
                            : numbers(wish, all);
    if (auto value = first_fitting(wish, std::move(candidates))) return value;
  }
  return std::nullopt;
}

}  // namespace crafter
