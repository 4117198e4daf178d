// Walks schema and value together, within bounds.

#include "jsonschema/checker.h"

#include <utility>

namespace crafter {
namespace {

constexpr std::size_t kMostDepth = 512;
constexpr std::size_t kMostViolations = 100;

}  // namespace

std::string pointer_of(const Spot& spot) {
  std::vector<const Spot*> way;
  for (const Spot* at = &spot; at->parent != nullptr; at = at->parent) way.push_back(at);
  std::string pointer;
  for (auto at = way.rbegin(); at != way.rend(); ++at)
    pointer = (*at)->is_item ? append_pointer(pointer, (*at)->index)
                             : append_pointer(pointer, (*at)->name);
  return pointer;
}

bool Checker::run(const Node& node, const Json& value) {
  Marks marks = fresh_marks(value);
  const bool valid = check(&node, value, Spot{}, marks);
  if (!exhausted_) return valid;
  if (explains())
    *found_ = {{.pointer = "",
                .keyword = "",
                .schema_pointer = "",
                .message = "the schema refers to itself without end, or takes too long",
                .hint = "simplify the schema"}};
  return false;
}

bool Checker::spend(std::size_t steps) {
  steps_ += steps;
  exhausted_ = exhausted_ || steps_ > most_steps_;
  return !exhausted_;
}

Marks Checker::fresh_marks(const Json& value) const {
  if (!program_.tracks) return {};
  const auto* items = value.if_array();
  const auto* members = value.if_object();
  return Marks(items != nullptr ? items->size() : members != nullptr ? members->size() : 0);
}

bool Checker::check(const Node* node, const Json& value, const Spot& spot, Marks& marks) {
  if (node == nullptr) return true;
  if (!spend(1) || depth_ >= kMostDepth) {
    exhausted_ = true;
    return false;
  }
  if (node->schema->is_bool()) {
    if (!node->schema->get_bool() && explains())
      note({.pointer = pointer_of(spot),
            .keyword = "",
            .schema_pointer = node->pointer,
            .message = "nothing is allowed here",
            .hint = "take it away"});
    return node->schema->get_bool();
  }
  const bool enters =
      !program_.targets.empty() && (scope_.empty() || scope_.back() != node->resource);
  if (enters) scope_.push_back(node->resource);
  ++depth_;
  const bool valid = check_rules(*node, value, spot, marks);
  --depth_;
  if (enters) scope_.pop_back();
  return valid;
}

bool Checker::check_rules(const Node& node, const Json& value, const Spot& spot, Marks& marks) {
  Marks own(marks.size());
  bool valid = true;
  for (const Rule& rule : node.rules) {
    if ((rule.keyword->instances & kind_of(value)) == 0) continue;
    valid = rule.keyword->check(Site{*this, node, rule, value, spot, own}) && valid;
    if (!valid && !explains()) return false;
  }
  for (std::size_t i = 0; valid && i < own.size(); ++i) marks[i] = marks[i] || own[i];
  return valid;
}

bool Checker::aside(const Site& site, const Json& schema, Marks& marks,
                    std::vector<Violation>* found) {
  std::vector<Violation>* const before = std::exchange(found_, found);
  const bool valid = check(program_.find(schema), site.value, site.spot, marks);
  found_ = before;
  return valid;
}

bool Checker::item(const Site& site, const Json& schema, std::size_t index) {
  const Json& value = site.value.get_array()[index];
  Marks marks = fresh_marks(value);
  return check(program_.find(schema), value,
               Spot{.parent = &site.spot, .name = {}, .index = index, .is_item = true}, marks);
}

bool Checker::item_fits(const Site& site, const Json& schema, std::size_t index) {
  std::vector<Violation>* const before = std::exchange(found_, nullptr);
  const bool fits = item(site, schema, index);
  found_ = before;
  return fits;
}

bool Checker::member(const Site& site, const Json& schema,
                     const boost::json::key_value_pair& member) {
  Marks marks = fresh_marks(member.value());
  return check(program_.find(schema), member.value(),
               Spot{.parent = &site.spot, .name = member.key(), .index = 0, .is_item = false},
               marks);
}

bool Checker::name(const Site& site, const Json& schema, const Json& name) {
  Marks marks;
  return check(program_.find(schema), name, site.spot, marks);
}

bool Checker::refer(const Site& site) {
  const Target* target = program_.target(*site.rule.value);
  return target == nullptr || check(dynamic_target(*target), site.value, site.spot, site.marks);
}

/// JSON Schema Core, section 8.2.3.2: the outermost resource that has the dynamic anchor decides.
const Node* Checker::dynamic_target(const Target& target) const {
  if (target.anchor.empty()) return target.node;
  for (const SchemaResource* resource : scope_)
    if (resource->dynamic_anchors.contains(target.anchor))
      return program_.find(*resource->anchors.find(target.anchor)->second);
  return target.node;
}

bool Checker::fail(const Site& site, std::string message, std::string hint) {
  if (explains())
    note({.pointer = pointer_of(site.spot),
          .keyword = std::string(site.rule.keyword->name),
          .schema_pointer = append_pointer(site.node.pointer, site.rule.keyword->name),
          .message = std::move(message),
          .hint = std::move(hint)});
  return false;
}

bool Checker::fail_member(const Site& site, std::string_view name, std::string message,
                          std::string hint) {
  const Spot spot{.parent = &site.spot, .name = name, .index = 0, .is_item = false};
  return fail(Site{site.checker, site.node, site.rule, site.value, spot, site.marks},
              std::move(message), std::move(hint));
}

void Checker::append(std::vector<Violation> found) {
  for (Violation& violation : found) note(std::move(violation));
}

void Checker::note(Violation violation) {
  if (found_ != nullptr && found_->size() < kMostViolations)
    found_->push_back(std::move(violation));
}

}  // namespace crafter
