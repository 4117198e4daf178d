// Follows implied_by and requires until nothing is added any more.

#include "draft/closure.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "jsonschema/jsonschema.h"

namespace crafter {
namespace {

/// Fields that are nothing without a part that serves them.
constexpr std::array<std::string_view, 3> kServed{"custom_tools", "custom_resources",
                                                  "custom_prompts"};

bool holds(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

bool is_something(const Json* value) {
  if (value == nullptr || value->is_null()) return false;
  if (const auto* list = value->if_array()) return !list->empty();
  if (const auto* members = value->if_object()) return !members->empty();
  if (const auto* text = value->if_string()) return !text->empty();
  return value->is_bool() ? value->get_bool() : true;
}

class Closure {
 public:
  Closure(Reader& root, const Selection& selection, Drafting& work)
      : root_(root), selection_(selection), work_(work) {}

  void follow();

 private:
  void follow_fields();
  void follow_requirements();
  void require(const std::string& name, const std::string& needed);
  [[nodiscard]] bool is_asked_for(const Companion& companion, const std::string& name) const;
  void check_served() const;
  void check_conflicts() const;
  void put_in_order();
  [[nodiscard]] const Catalog& catalog() const { return work_.catalog; }
  [[nodiscard]] std::vector<std::string> base_chain() const;
  [[nodiscard]] std::vector<std::string> wanted() const;
  [[nodiscard]] std::string place_of(const Part& part) const;
  void add(const Part& part);

  Reader& root_;
  const Selection& selection_;
  Drafting& work_;
};

/// The base and those it builds on, the lowest first.
std::vector<std::string> Closure::base_chain() const {
  std::vector<std::string> chain;
  const Part* part = catalog().find(PartKind::base, work_.blueprint.base);
  for (; part != nullptr; part = catalog().find(PartKind::base, part->extends))
    chain.insert(chain.begin(), part->name);
  return chain;
}

std::vector<std::string> Closure::wanted() const {
  std::vector<std::string> all = base_chain();
  for (const auto* list : {&work_.blueprint.capabilities, &work_.blueprint.deployments})
    all.insert(all.end(), list->begin(), list->end());
  return all;
}

/// The field that lists parts of this kind, where it stands in the document.
std::string Closure::place_of(const Part& part) const {
  return work_.at(part.kind == PartKind::capability ? "capabilities" : "deployment_config");
}

void Closure::add(const Part& part) {
  auto& list = part.kind == PartKind::capability ? work_.blueprint.capabilities
                                                 : work_.blueprint.deployments;
  list.push_back(part.name);
}

/// Adds the parts that something in the form wants.
void Closure::follow_fields() {
  for (const PartKind kind : {PartKind::capability, PartKind::deployment})
    for (const std::string& name : catalog().names(kind)) {
      const Part& part = *catalog().find(kind, name);
      for (const std::string& field : part.implied_by) {
        const std::string pointer = work_.form.root + field;
        if (holds(wanted(), name)) break;
        if (!is_something(at_pointer(work_.form.document.value, pointer))) continue;
        add(part);
        work_.problems.warning(
            "form.implied", pointer,
            fmt::format("{} needs the {} {}; it was added", field.substr(1), spelled(kind), name),
            fmt::format("add {} to the form", quote(name)));
      }
    }
}

/// A field that no part serves would silently be lost.
void Closure::check_served() const {
  for (const std::string_view field : kServed) {
    const std::string pointer = append_pointer("", field);
    const Json* value = at_pointer(work_.form.document.value, work_.form.root + pointer);
    const auto serves = [&](const std::string& name) {
      return holds(catalog().find(PartKind::capability, name)->implied_by, pointer);
    };
    if (is_something(value) && std::ranges::none_of(catalog().names(PartKind::capability), serves))
      work_.problems.error("form.not_available", work_.at(field),
                           fmt::format("nothing serves {} in this version", field),
                           "leave the field out");
  }
}

void Closure::require(const std::string& name, const std::string& needed) {
  const Part* part = catalog().find(needed);  // is there: load() saw to it
  if (part->kind == PartKind::base) return;
  if (holds(selection_.switched_off, needed)) {
    work_.problems.error("form.required_part", append_pointer(place_of(*part), needed),
                         fmt::format("{} needs {}, which is switched off", name, needed),
                         fmt::format("switch {} on, or {} off", needed, name));
  } else if (root_.has(part->kind == PartKind::capability ? "capabilities" : "deployment_config")) {
    work_.problems.warning(
        "form.implied", place_of(*part),
        fmt::format("{} needs the {} {}; it was added", name, spelled(part->kind), needed),
        fmt::format("add {} to the form", quote(needed)));
  }
  work_.brought.push_back(needed);
  add(*part);
}

/// Whether the options that the form gives the part `name` make it need a companion.
bool Closure::is_asked_for(const Companion& companion, const std::string& name) const {
  if (companion.options.is_null()) return true;
  const std::string pointer = append_pointer(append_pointer(work_.form.root, "options"), name);
  const Json* given = at_pointer(work_.form.document.value, pointer);
  const Json options = completed_options(given, *catalog().find(name));
  const auto condition = Schema::compile(companion.options);
  return condition && condition->accepts(options);
}

void Closure::follow_requirements() {
  std::vector<std::string> open = wanted();
  while (!open.empty()) {
    const std::string name = open.front();
    open.erase(open.begin());
    for (const Companion& companion : catalog().find(name)->requires_) {
      const std::string& needed = companion.part;
      if (holds(wanted(), needed) || !is_asked_for(companion, name)) continue;
      require(name, needed);
      open.push_back(needed);
    }
  }
}

void Closure::check_conflicts() const {
  const auto all = wanted();
  for (const std::string& name : all)
    for (const std::string& other : catalog().find(name)->conflicts)
      if (holds(all, other))
        work_.problems.error("form.conflict", place_of(*catalog().find(name)),
                             fmt::format("{} and {} cannot stand side by side", name, other),
                             "keep one of them");
}

void Closure::put_in_order() {
  std::vector<std::pair<double, std::string>> ranked;
  std::vector<std::string> parts = base_chain();
  for (const std::string& name : wanted())
    if (!holds(parts, name)) ranked.emplace_back(catalog().find(name)->rank, name);
  std::ranges::sort(ranked);
  std::vector<std::string> others;
  for (auto& [rank, name] : ranked) others.push_back(std::move(name));
  auto order = ordered(catalog(), std::move(others));
  if (!order) return;  // loading the catalog saw to it that there is one
  parts.insert(parts.end(), order->begin(), order->end());
  work_.blueprint.parts = std::move(parts);
}

void Closure::follow() {
  follow_fields();
  follow_requirements();
  check_served();
  check_conflicts();
  put_in_order();
}

}  // namespace

void close_selection(Reader& root, const Selection& selection, Drafting& work) {
  Closure(root, selection, work).follow();
}

}  // namespace crafter
