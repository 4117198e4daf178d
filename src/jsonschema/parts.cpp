// Keywords that apply schemas to the items of a list or the members of an object.

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "jsonschema/keyword_checks.h"

namespace crafter::checks {
namespace {

using Member = boost::json::key_value_pair;

std::string_view name_of(const Member& member) {
  return {member.key().data(), member.key().size()};
}

void mark(const Site& site, std::size_t index) {
  if (!site.marks.empty()) site.marks[index] = true;
}

/// A sibling keyword's object, as if it were empty when there is none.
const JsonObject* sibling(const Site& site, std::string_view keyword) {
  const Json* value = find(*site.node.schema, keyword);
  return value == nullptr ? nullptr : value->if_object();
}

/// Applies `schema` to the items from `begin` that `wants` wants.
template <class Wants>
bool check_items(const Site& site, const Json& schema, std::size_t begin, Wants wants) {
  bool valid = true;
  for (std::size_t i = begin; i < site.value.get_array().size(); ++i) {
    if (!wants(i)) continue;
    valid = site.checker.item(site, schema, i) && valid;
    if (!valid && !site.checker.explains()) return false;
    mark(site, i);
  }
  return valid;
}

bool fail_unknown(const Site& site, std::string_view name) {
  if (!site.checker.explains()) return false;
  std::vector<std::string> known;
  if (const JsonObject* properties = sibling(site, "properties"))
    for (const Member& member : *properties) known.emplace_back(name_of(member));
  const auto meant = nearest(name, known);
  return site.checker.fail_member(site, name, fmt::format("{} is not known here", quote(name)),
                                  meant ? fmt::format("did you mean {}?", quote(*meant)) : "");
}

/// Applies the keyword's schema to the members that `wants` wants.
template <class Wants>
bool check_members(const Site& site, Wants wants) {
  const JsonObject& members = site.value.get_object();
  const Json& schema = *site.rule.value;
  const bool refuses = schema.is_bool() && !schema.get_bool();
  bool valid = true;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const Member& member = members.begin()[i];
    if (!wants(member, i)) continue;
    valid = (refuses ? fail_unknown(site, name_of(member))
                     : site.checker.member(site, schema, member)) &&
            valid;
    if (!valid && !site.checker.explains()) return false;
    mark(site, i);
  }
  return valid;
}

bool matches_any(const Site& site, const JsonObject* patterns, std::string_view name) {
  return patterns != nullptr && std::ranges::any_of(*patterns, [&](const Member& member) {
           const Pattern* pattern = site.checker.program().pattern(name_of(member));
           return pattern != nullptr && pattern->matches(name);
         });
}

/// How many items fit.
std::size_t count_fitting(const Site& site) {
  std::size_t fitting = 0;
  for (std::size_t i = 0; i < site.value.get_array().size(); ++i) {
    if (!site.checker.item_fits(site, *site.rule.value, i)) continue;
    ++fitting;
    mark(site, i);
  }
  return fitting;
}

}  // namespace

bool prefix_items(const Site& site) {
  const JsonArray& schemas = site.rule.value->get_array();
  const std::size_t size = std::min(schemas.size(), site.value.get_array().size());
  bool valid = true;
  for (std::size_t i = 0; i < size; ++i) {
    valid = site.checker.item(site, schemas[i], i) && valid;
    mark(site, i);
  }
  return valid;
}

bool items(const Site& site) {
  const Json* prefix = find(*site.node.schema, "prefixItems");
  const std::size_t begin =
      prefix == nullptr || !prefix->is_array() ? 0 : prefix->get_array().size();
  return check_items(site, *site.rule.value, begin, [](std::size_t) { return true; });
}

bool contains(const Site& site) {
  const Json* least = find(*site.node.schema, "minContains");
  const Json* most = find(*site.node.schema, "maxContains");
  const Json fitting = count_fitting(site);
  if (compare_numbers(fitting, least != nullptr && least->is_number() ? *least : Json(1)) < 0)
    return site.checker.fail(
        site, fmt::format("{} items are of the wanted kind, too few", write_json(fitting)));
  if (most != nullptr && most->is_number() && compare_numbers(fitting, *most) > 0)
    return site.checker.fail(
        site, fmt::format("{} items are of the wanted kind, too many", write_json(fitting)));
  return true;
}

bool properties(const Site& site) {
  const JsonObject& schemas = site.rule.value->get_object();
  const JsonObject& members = site.value.get_object();
  bool valid = true;
  for (const auto& [name, schema] : schemas) {
    const auto member = members.find(name);
    if (member == members.end()) continue;
    valid = site.checker.member(site, schema, *member) && valid;
    if (!valid && !site.checker.explains()) return false;
    mark(site, static_cast<std::size_t>(member - members.begin()));
  }
  return valid;
}

bool pattern_properties(const Site& site) {
  const JsonObject& members = site.value.get_object();
  bool valid = true;
  for (const auto& [text, schema] : site.rule.value->get_object()) {
    const Pattern* pattern = site.checker.program().pattern(text);
    if (pattern == nullptr) continue;
    for (std::size_t i = 0; i < members.size(); ++i) {
      const Member& member = members.begin()[i];
      if (!pattern->matches(name_of(member))) continue;
      // Of a pattern that cannot be used nobody knows whom it concerns.
      valid = (!pattern->is_usable() || site.checker.member(site, schema, member)) && valid;
      mark(site, i);
    }
  }
  return valid;
}

bool additional_properties(const Site& site) {
  const JsonObject* named = sibling(site, "properties");
  const JsonObject* patterns = sibling(site, "patternProperties");
  return check_members(site, [&](const Member& member, std::size_t) {
    return (named == nullptr || !named->contains(member.key())) &&
           !matches_any(site, patterns, name_of(member));
  });
}

bool property_names(const Site& site) {
  bool valid = true;
  for (const Member& member : site.value.get_object())
    valid = site.checker.name(site, *site.rule.value, Json(member.key())) && valid;
  return valid;
}

bool unevaluated_items(const Site& site) {
  return check_items(site, *site.rule.value, 0, [&](std::size_t i) { return !site.marks[i]; });
}

bool unevaluated_properties(const Site& site) {
  return check_members(site, [&](const Member&, std::size_t i) { return !site.marks[i]; });
}

}  // namespace crafter::checks
