// The validation vocabulary: keywords that judge a value by itself.

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/describe.h"
#include "base/text.h"
#include "jsonschema/decimal.h"
#include "jsonschema/keyword_checks.h"

namespace crafter::checks {
namespace {

struct Type {
  std::string_view name;
  Kinds kinds;
  std::string_view words;
};

constexpr Type kTypes[] = {{"array", kList, "a list"},          {"boolean", kBoolean, "a boolean"},
                           {"integer", kInteger, "an integer"}, {"null", kNull, "null"},
                           {"number", kNumber, "a number"},     {"object", kObject, "an object"},
                           {"string", kText, "a string"}};

std::string_view text_of(const Json& value) {
  const auto* text = value.if_string();
  return text == nullptr ? std::string_view() : std::string_view(text->data(), text->size());
}

bool is_integral(const Json& value) {
  return value.is_double() && value.get_double() == std::trunc(value.get_double());
}

bool has_type(const Json& value, const Type& type) {
  return (kind_of(value) & type.kinds) != 0 || (type.kinds == kInteger && is_integral(value));
}

/// A scalar or a small value as it would be written; long ones are cut.
std::string shown(const Json& value) {
  const std::string text = write_json(value);
  return text.size() <= 60 ? text : describe(value);
}

/// Whether the keyword's number is at least `size`; a limit beyond what sizes can be holds always.
bool size_at_most(const Site& site, std::size_t size) {
  return compare_numbers(Json(size), *site.rule.value) <= 0;
}

bool size_at_least(const Site& site, std::size_t size) {
  return compare_numbers(Json(size), *site.rule.value) >= 0;
}

bool check_most(const Site& site, std::size_t size, std::string_view things) {
  return size_at_most(site, size) ||
         site.checker.fail(site, fmt::format("has {} {}, at most {} are allowed", size, things,
                                             write_json(*site.rule.value)));
}

bool check_least(const Site& site, std::size_t size, std::string_view things) {
  return size_at_least(site, size) ||
         site.checker.fail(site, fmt::format("has {} {}, at least {} are needed", size, things,
                                             write_json(*site.rule.value)));
}

std::size_t length(const Json& text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text.get_string(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

bool check_bound(const Site& site, bool fits, std::string_view relation) {
  return fits ||
         site.checker.fail(site, fmt::format("expected a number {} {}, found {}", relation,
                                             write_json(*site.rule.value), write_json(site.value)));
}

std::partial_ordering order(const Site& site) {
  return compare_numbers(site.value, *site.rule.value);
}

bool has_member(const Json& object, std::string_view name) {
  return object.get_object().contains(name);
}

bool check_names(const Site& site, const JsonArray& names, std::string_view reason) {
  bool valid = true;
  for (const Json& name : names) {
    if (!name.is_string() || has_member(site.value, text_of(name))) continue;
    valid = site.checker.fail(site, fmt::format("{} is missing{}", quote(text_of(name)), reason));
  }
  return valid;
}

}  // namespace

bool type(const Site& site) {
  const Json& wanted = *site.rule.value;
  std::vector<std::string> words;
  const auto fits = [&](const Json& name) {
    const auto* known = std::ranges::find(kTypes, text_of(name), &Type::name);
    if (known == std::end(kTypes)) return false;
    if (has_type(site.value, *known)) return true;
    words.emplace_back(known->words);
    return false;
  };
  if (wanted.is_array() ? std::ranges::any_of(wanted.get_array(), fits) : fits(wanted)) return true;
  if (!site.checker.explains()) return false;
  return site.checker.fail(
      site, fmt::format("expected {}, found {}", join(words, " or "), describe(site.value)));
}

bool enumeration(const Site& site) {
  const JsonArray& values = site.rule.value->get_array();
  if (!site.checker.spend(values.size())) return false;
  if (std::ranges::any_of(values, [&](auto& one) { return equal_json(one, site.value); }))
    return true;
  if (!site.checker.explains()) return false;
  std::vector<std::string> texts;
  std::vector<std::string> all;
  for (const Json& value : values) {
    if (value.is_string()) texts.emplace_back(text_of(value));
    all.push_back(shown(value));
  }
  if (all.size() > 20) all.resize(20), all.emplace_back("...");
  const auto meant = site.value.is_string() ? nearest(text_of(site.value), texts) : std::nullopt;
  return site.checker.fail(site,
                           fmt::format("expected {}{}, found {}", all.size() > 1 ? "one of " : "",
                                       join(all, ", "), describe(site.value)),
                           meant ? fmt::format("did you mean {}?", quote(*meant)) : "");
}

bool constant(const Site& site) {
  return equal_json(*site.rule.value, site.value) ||
         site.checker.fail(site, fmt::format("expected {}, found {}", shown(*site.rule.value),
                                             describe(site.value)));
}

bool multiple_of(const Site& site) {
  const Json& divisor = *site.rule.value;
  return compare_numbers(divisor, 0) <= 0 || is_multiple(site.value, divisor) ||
         site.checker.fail(site, fmt::format("{} is no multiple of {}", write_json(site.value),
                                             write_json(divisor)));
}

bool maximum(const Site& site) { return check_bound(site, order(site) <= 0, "of at most"); }
bool exclusive_maximum(const Site& site) { return check_bound(site, order(site) < 0, "below"); }
bool minimum(const Site& site) { return check_bound(site, order(site) >= 0, "of at least"); }
bool exclusive_minimum(const Site& site) { return check_bound(site, order(site) > 0, "above"); }

bool max_length(const Site& site) { return check_most(site, length(site.value), "characters"); }
bool min_length(const Site& site) { return check_least(site, length(site.value), "characters"); }

bool pattern(const Site& site) {
  const std::string_view text = text_of(site.value);
  const Pattern* compiled = site.checker.program().pattern(text_of(*site.rule.value));
  if (compiled == nullptr) return true;
  if (!site.checker.spend(text.size() * compiled->cost() / 200)) return false;
  return compiled->matches(text) ||
         site.checker.fail(site, fmt::format("{} does not match {}", quote(text),
                                             quote(text_of(*site.rule.value))));
}

bool max_items(const Site& site) {
  return check_most(site, site.value.get_array().size(), "items");
}
bool min_items(const Site& site) {
  return check_least(site, site.value.get_array().size(), "items");
}

bool unique_items(const Site& site) {
  const JsonArray& items = site.value.get_array();
  if (!site.rule.value->get_bool() || !site.checker.spend(items.size())) return true;
  std::set<std::string> seen;
  for (const Json& item : items)
    if (!seen.insert(canonical_json(item)).second)
      return site.checker.fail(site, fmt::format("the items repeat {}", shown(item)),
                               "keep one of each");
  return true;
}

bool max_properties(const Site& site) {
  return check_most(site, site.value.get_object().size(), "members");
}
bool min_properties(const Site& site) {
  return check_least(site, site.value.get_object().size(), "members");
}

bool required(const Site& site) { return check_names(site, site.rule.value->get_array(), ""); }

bool dependent_required(const Site& site) {
  bool valid = true;
  for (const auto& [name, names] : site.rule.value->get_object()) {
    if (!names.is_array() || !has_member(site.value, name)) continue;
    valid =
        check_names(site, names.get_array(), fmt::format(", {} needs it", quote(name))) && valid;
  }
  return valid;
}

}  // namespace crafter::checks
