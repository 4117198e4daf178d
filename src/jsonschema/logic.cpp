// Keywords that apply other schemas to the same value.

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "jsonschema/keyword_checks.h"

namespace crafter::checks {
namespace {

constexpr std::size_t kMostReasons = 3;

/// What the alternatives had against a value, one list for each.
using Refusals = std::vector<std::vector<Violation>>;

/// When all alternatives but one are for another type of value, its reasons are the reasons.
bool fail_alternatives(const Site& site, Refusals refusals) {
  const std::string here = pointer_of(site.spot);
  const auto is_other_type = [&](const std::vector<Violation>& found) {
    return found.empty() || (found.front().keyword == "type" && found.front().pointer == here);
  };
  if (std::ranges::count_if(refusals, std::not_fn(is_other_type)) == 1) {
    site.checker.append(*std::ranges::find_if_not(refusals, is_other_type));
    return false;
  }
  std::vector<std::string> reasons;
  for (const auto& found : refusals)
    if (!found.empty() && reasons.size() < kMostReasons &&
        std::ranges::find(reasons, found.front().message) == reasons.end())
      reasons.push_back(found.front().message);
  return site.checker.fail(site, fmt::format("fits none of the {} alternatives: {}",
                                             refusals.size(), join(reasons, "; ")));
}

/// Tries each alternative; stops after `enough` that fit. Marks are those of the fitting ones.
std::size_t count_fitting(const Site& site, std::size_t enough, Refusals& refusals) {
  std::size_t fitting = 0;
  for (const Json& schema : site.rule.value->get_array()) {
    std::vector<Violation> found;
    const bool explains = site.checker.explains();
    if (site.checker.aside(site, schema, site.marks, explains ? &found : nullptr)) ++fitting;
    if (fitting == enough) break;
    if (explains) refusals.push_back(std::move(found));
  }
  return fitting;
}

}  // namespace

bool reference(const Site& site) { return site.checker.refer(site); }

bool all_of(const Site& site) {
  bool valid = true;
  for (const Json& schema : site.rule.value->get_array()) {
    valid = site.checker.in_place(site, schema) && valid;
    if (!valid && !site.checker.explains()) return false;
  }
  return valid;
}

bool any_of(const Site& site) {
  Refusals refusals;
  // Only who asks for what is unevaluated needs all that fit.
  const std::size_t enough = site.checker.program().tracks ? SIZE_MAX : 1;
  const std::size_t fitting = count_fitting(site, enough, refusals);
  if (fitting > 0) return true;
  return site.checker.explains() && fail_alternatives(site, std::move(refusals));
}

bool one_of(const Site& site) {
  Refusals refusals;
  const std::size_t fitting = count_fitting(site, 2, refusals);
  if (fitting == 1) return true;
  if (fitting > 1) return site.checker.fail(site, "fits more than one of the alternatives");
  return site.checker.explains() && fail_alternatives(site, std::move(refusals));
}

bool negation(const Site& site) {
  Marks dropped(site.marks.size());
  return !site.checker.aside(site, *site.rule.value, dropped, nullptr) ||
         site.checker.fail(site, "fits the schema that it must not fit");
}

bool condition(const Site& site) {
  const bool holds = site.checker.aside(site, *site.rule.value, site.marks, nullptr);
  const Json* next = find(*site.node.schema, holds ? "then" : "else");
  return next == nullptr || site.checker.in_place(site, *next);
}

bool dependent_schemas(const Site& site) {
  bool valid = true;
  for (const auto& [name, schema] : site.rule.value->get_object())
    if (site.value.get_object().contains(name))
      valid = site.checker.in_place(site, schema) && valid;
  return valid;
}

}  // namespace crafter::checks
