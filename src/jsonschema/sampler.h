// A Sampler looks for a value that several schemas accept at once.

#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "jsonschema/checker.h"

namespace crafter {

/// Schemas that one value has to fit together.
using Nodes = std::vector<const Node*>;

/// What is looked for: a value that fits all of `nodes`; the `variation`-th of its kind, so that a
/// list can have different items. `settled` are the choices (anyOf, if ...) already made.
struct Wish {
  Nodes nodes;
  std::size_t variation = 0;
  std::size_t depth = 0;
  std::set<const Json*> settled = {};
};

/// Tries what the schema names, then each alternative, then each type. Whatever it returns fits,
/// unless it was made with `strict` off. Borrows the program.
class Sampler {
 public:
  Sampler(const Program& program, bool strict) : program_(program), strict_(strict) {}

  std::optional<Json> sample(const Wish& wish);

 private:
  [[nodiscard]] Nodes expand(const Nodes& nodes) const;
  bool fits(const Wish& wish, const Json& value);
  std::optional<Json> named(const Wish& wish, const Nodes& all, bool& exhaustive);
  std::optional<Json> branched(const Wish& wish, const Nodes& all, bool& branches);
  std::optional<Json> made(const Wish& wish, const Nodes& all);
  std::optional<Json> with(const Wish& wish, const Json& choice, std::vector<const Json*> schemas);

  std::optional<Json> first_fitting(const Wish& wish, std::vector<Json> candidates);
  [[nodiscard]] std::vector<Json> numbers(const Wish& wish, const Nodes& all) const;
  [[nodiscard]] std::vector<Json> texts(const Wish& wish, const Nodes& all) const;
  std::vector<Json> lists(const Wish& wish, const Nodes& all);
  std::optional<Json> list(const Wish& wish, const Nodes& all, std::size_t size);
  std::vector<Json> objects(const Wish& wish, const Nodes& all);
  bool add_required(const Wish& wish, const Nodes& all, JsonObject& object);
  void add_dependent(const Wish& wish, const Nodes& all, JsonObject& object);
  void add_optional(const Wish& wish, const Nodes& all, JsonObject& object);
  std::optional<Json> item(const Wish& wish, const Nodes& all, std::size_t index);
  bool add_member(const Wish& wish, const Nodes& all, const std::string& name, JsonObject& object);
  [[nodiscard]] Nodes member_nodes(const Nodes& all, const std::string& name) const;

  const Program& program_;
  const bool strict_;
  std::size_t tries_ = 0;
  std::size_t steps_ = Checker::kMostSteps;  // left
};

}  // namespace crafter
