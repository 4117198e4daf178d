// How parts stand to one another: what they need, and in which order they come.

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "catalog/catalog.h"
#include "catalog/fields.h"

namespace crafter {
namespace {

bool holds(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

/// Whether `one` has to come before `two`.
bool precedes(const Catalog& catalog, const std::string& one, const std::string& two) {
  const Part* first = catalog.find(one);
  const Part* second = catalog.find(two);
  return (first != nullptr && holds(first->before, two)) ||
         (second != nullptr && holds(second->after, one));
}

Diagnostic problem_of(const Part& part, std::string code, std::string_view field,
                      std::string message, std::string hint) {
  return {.code = std::move(code),
          .pointer = append_pointer("", field),
          .file = fmt::format("parts/{}/part.json", part.name),
          .message = std::move(message),
          .hint = std::move(hint)};
}

Diagnostic no_default(std::string_view field, const std::string& name,
                      const std::vector<std::string>& choices) {
  return {.code = "catalog.default",
          .pointer = append_pointer("", field),
          .file = "catalog.json",
          .message = fmt::format("{} is not in the catalog", quote(name)),
          .hint = hint_at(name, choices)};
}

/// Whether following `extends` from `part` comes back to where it was.
bool extends_itself(const Catalog& catalog, const Part& part) {
  std::vector<std::string> seen;
  for (const Part* at = &part; at != nullptr; at = catalog.find(PartKind::base, at->extends)) {
    if (holds(seen, at->name)) return true;
    seen.push_back(at->name);
  }
  return false;
}

}  // namespace

Result<std::vector<std::string>> ordered(const Catalog& catalog, std::vector<std::string> names) {
  std::vector<std::string> order;
  while (!names.empty()) {
    const auto is_free = [&](const std::string& name) {
      return std::ranges::none_of(names, [&](const std::string& other) {
        return other != name && precedes(catalog, other, name);
      });
    };
    const auto next = std::ranges::find_if(names, is_free);
    if (next == names.end())
      return Failure(Fault::conflict, "catalog.circle",
                     fmt::format("{} want to come before one another", enumerate(names)),
                     "take one of their after or before away");
    order.push_back(std::move(*next));
    names.erase(next);
  }
  return order;
}

Result<> Catalog::check_relations() const {
  std::vector<Diagnostic> problems;
  std::vector<std::string> all;
  for (const auto& [name, part] : parts_) {
    all.push_back(name);
    for (const Companion& needed : part.requires_)
      if (find(needed.part) == nullptr)
        problems.push_back(problem_of(part, "part.requires", "requires",
                                      fmt::format("there is no part {}", quote(needed.part)),
                                      "a part can only need what is there"));
    if (!part.extends.empty() && find(PartKind::base, part.extends) == nullptr)
      problems.push_back(problem_of(part, "part.extends", "extends",
                                    fmt::format("there is no base {}", quote(part.extends)),
                                    hint_at(part.extends, names(PartKind::base))));
    else if (extends_itself(*this, part))
      problems.push_back(problem_of(part, "part.extends", "extends",
                                    "the base extends itself by way of others", ""));
  }
  if (preset(default_preset_) == nullptr)
    problems.push_back(no_default("default_preset", default_preset_, preset_names()));
  if (find(PartKind::base, default_base_) == nullptr)
    problems.push_back(no_default("default_base", default_base_, names(PartKind::base)));
  if (!problems.empty()) return Failure(Fault::invalid_input, std::move(problems));
  TRY(ordered(*this, std::move(all)));
  return {};
}

}  // namespace crafter
