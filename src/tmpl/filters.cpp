// Each filter is a function of its value and arguments, in one table.

#include "tmpl/filters.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "base/text.h"
#include "tmpl/syntax.h"

namespace crafter::tmpl {
namespace {

constexpr std::string_view kSpace = " \t\n\r\f\v";

struct Call {
  const Json& value;
  std::span<const Json> arguments;
  Budget& budget;
};

Failure unfit(const Json& value, std::string_view wanted) {
  return unplaced("type", fmt::format("expected {}, got {}", wanted, kind_of(value)));
}

Failure too_long() { return unplaced("limit", "the text becomes too long"); }

Result<std::string_view> text(const Json& value) {
  if (value.is_string()) return std::string_view(value.get_string());
  return unfit(value, "a text");
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

Json count(std::size_t number) { return static_cast<std::int64_t>(number); }

Result<Json> length(const Call& call) {
  if (const auto* list = call.value.if_array()) return count(list->size());
  if (const auto* object = call.value.if_object()) return count(object->size());
  TRY(const std::string_view whole, text(call.value));
  return count(characters(whole));
}

Result<Json> join(const Call& call) {
  if (!call.value.is_array()) return unfit(call.value, "a list");
  TRY(const std::string_view between,
      call.arguments.empty() ? std::string_view() : text(call.arguments[0]));
  std::string joined;
  for (const Json& item : call.value.get_array()) {
    TRY(const std::string one, written(item));
    if (!call.budget.spend(one.size() + between.size())) return too_long();
    if (&item != &call.value.get_array().front()) joined += between;
    joined += one;
  }
  return Json(joined);
}

/// Of a boolean too: true | lower is "true".
Result<std::string> text_or_boolean(const Json& value) {
  if (value.is_bool()) return std::string(value.get_bool() ? "True" : "False");
  return written(value);
}

Result<Json> to_lower(const Call& call) {
  TRY(const std::string whole, text_or_boolean(call.value));
  return Json(lower(whole));
}

Result<Json> to_upper(const Call& call) {
  TRY(std::string whole, text_or_boolean(call.value));
  for (char& c : whole)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return Json(whole);
}

Result<Json> replace(const Call& call) {
  TRY(const std::string_view whole, text(call.value));
  TRY(const std::string_view old, text(call.arguments[0]));
  TRY(const std::string_view fresh, text(call.arguments[1]));
  if (old.empty()) return unplaced("type", "the text to replace is empty");
  std::string changed;
  std::size_t at = 0;
  for (std::size_t hit = 0; (hit = whole.find(old, at)) != whole.npos; at = hit + old.size()) {
    if (!call.budget.spend(Budget::kStep + fresh.size())) return too_long();
    changed.append(whole, at, hit - at).append(fresh);
  }
  return Json(changed.append(whole, at));
}

Result<Json> first(const Call& call) {
  if (!call.value.is_array()) return unfit(call.value, "a list");
  const JsonArray& list = call.value.get_array();
  if (list.empty()) return unplaced("undefined", "an empty list has no first item");
  return list.front();
}

Result<Json> last(const Call& call) {
  if (!call.value.is_array()) return unfit(call.value, "a list");
  const JsonArray& list = call.value.get_array();
  if (list.empty()) return unplaced("undefined", "an empty list has no last item");
  return list.back();
}

/// As Jinja sorts: without regard to case, equal ones keep their order.
Result<Json> sort(const Call& call) {
  if (!call.value.is_array()) return unfit(call.value, "a list");
  std::vector<std::pair<Json, Json>> keyed;
  for (const Json& item : call.value.get_array()) {
    Json key = item.is_string() ? Json(lower(item.get_string())) : item;
    if (item.is_array() || !order(keyed.empty() ? key : keyed.front().first, key))
      return unplaced("type", fmt::format("{} and {} have no order",
                                          kind_of(call.value.get_array().front()), kind_of(item)));
    keyed.emplace_back(std::move(key), item);
  }
  std::ranges::stable_sort(keyed, [](const auto& one, const auto& two) {
    return order(one.first, two.first) == std::partial_ordering::less;
  });
  JsonArray sorted;
  for (auto& [key, item] : keyed) sorted.push_back(std::move(item));
  return Json(std::move(sorted));
}

Result<Json> json(const Call& call) { return Json(write_json(call.value)); }

Result<Json> strip(const Call& call) {
  TRY(const std::string_view whole, text(call.value));
  const std::size_t begin = whole.find_first_not_of(kSpace);
  if (begin == whole.npos) return Json("");
  return Json(whole.substr(begin, whole.find_last_not_of(kSpace) - begin + 1));
}

/// Every line but the first, and none that is empty.
Result<Json> indent(const Call& call) {
  TRY(const std::string_view whole, text(call.value));
  const Json width = call.arguments.empty() ? Json(4) : call.arguments[0];
  if (!width.is_int64() || width.get_int64() < 0 || width.get_int64() > 80)
    return unplaced("type", "the width of an indentation is a number from 0 to 80");
  const std::string margin(static_cast<std::size_t>(width.get_int64()), ' ');
  std::string shifted;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    const bool begins = i > 0 && whole[i - 1] == '\n' && whole[i] != '\n';
    if (begins && !call.budget.spend(margin.size())) return too_long();
    if (begins) shifted += margin;
    shifted += whole[i];
  }
  return Json(shifted);
}

Result<Json> value_itself(const Call& call) { return call.value; }  // of `default`

struct Filter {
  std::string_view name;
  std::size_t least;
  std::size_t most;
  Result<Json> (*apply)(const Call&);
};

constexpr std::array<Filter, 12> kFilters = {{{"default", 1, 2, value_itself},
                                              {"first", 0, 0, first},
                                              {"indent", 0, 1, indent},
                                              {"join", 0, 1, join},
                                              {"json", 0, 0, json},
                                              {"last", 0, 0, last},
                                              {"length", 0, 0, length},
                                              {"lower", 0, 0, to_lower},
                                              {"replace", 2, 2, replace},
                                              {"sort", 0, 0, sort},
                                              {"trim", 0, 0, strip},
                                              {"upper", 0, 0, to_upper}}};

const Filter* find_filter(std::string_view name) {
  const auto* found = std::ranges::find(kFilters, name, &Filter::name);
  return found == kFilters.end() ? nullptr : found;
}

std::vector<std::string> filter_names() {
  std::vector<std::string> names;
  for (const Filter& filter : kFilters) names.emplace_back(filter.name);
  return names;
}

}  // namespace

std::optional<Misuse> misuse_of_filter(std::string_view name, std::size_t arguments) {
  const Filter* filter = find_filter(name);
  if (filter == nullptr && (name == "code" || name == "block"))
    return Misuse{fmt::format("{} must be the last filter of an output", name), {}};
  if (filter == nullptr) {
    const std::vector<std::string> names = filter_names();
    const std::string hint = did_you_mean(name, names);
    return Misuse{fmt::format("there is no filter {}", quote(name)),
                  hint.empty() ? fmt::format("there are {}", enumerate(names)) : hint};
  }
  if (arguments >= filter->least && arguments <= filter->most) return std::nullopt;
  return Misuse{filter->least == filter->most
                    ? fmt::format("{} takes {} arguments", name, filter->least)
                    : fmt::format("{} takes {} to {} arguments", name, filter->least, filter->most),
                {}};
}

Result<Json> apply_filter(std::string_view name, const Json& value, std::span<const Json> arguments,
                          Budget& budget) {
  return find_filter(name)->apply({value, arguments, budget});
}

}  // namespace crafter::tmpl
