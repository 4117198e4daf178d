// Makes whole schemas of maps, and reports what is wrong with schemas where it stands in the form.

#include "draft/schemas.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <set>

#include "base/text.h"
#include "jsonschema/defaults.h"
#include "jsonschema/metaschema.h"

namespace crafter {
namespace {

constexpr std::size_t kMostPointerBytes = 32 << 20;

/// Where schemas stand inside of a schema: as a value, in a list, under names.
constexpr std::array<std::string_view, 12> kSingle{"items",
                                                   "additionalProperties",
                                                   "contains",
                                                   "not",
                                                   "if",
                                                   "then",
                                                   "else",
                                                   "propertyNames",
                                                   "unevaluatedItems",
                                                   "unevaluatedProperties",
                                                   "contentSchema",
                                                   "additionalItems"};
constexpr std::array<std::string_view, 4> kListed{"prefixItems", "allOf", "anyOf", "oneOf"};
constexpr std::array<std::string_view, 4> kNamed{"properties", "patternProperties", "$defs",
                                                 "dependentSchemas"};

/// Called with a schema, its pointer, and its name when it stands under `properties`.
using Name = std::optional<std::string_view>;
using Visit = std::function<void(Json&, const std::string&, Name)>;

std::string_view key_of(const JsonObject::value_type& member) {
  return {member.key().data(), member.key().size()};
}

bool has(const auto& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

/// Visits the schemas right inside of `schema`.
void visit_below(Json& schema, const std::string& pointer, const Visit& visit) {
  auto* members = schema.if_object();
  if (members == nullptr) return;
  for (auto& member : *members) {
    const std::string_view keyword = key_of(member);
    const std::string place = place_in(pointer, keyword);
    Json& value = member.value();
    if (has(kSingle, keyword)) {
      visit(value, place, std::nullopt);
    } else if (auto* list = value.if_array(); list != nullptr && has(kListed, keyword)) {
      for (std::size_t i = 0; i < list->size(); ++i)
        visit((*list)[i], place_in(place, i), std::nullopt);
    } else if (auto* named = value.if_object(); named != nullptr && has(kNamed, keyword)) {
      for (auto& inner : *named)
        visit(inner.value(), place_in(place, key_of(inner)),
              keyword == "properties" ? Name(key_of(inner)) : std::nullopt);
    }
  }
}

/// Texts that people and models read.
void check_texts(const Json& value, const std::string& pointer, Problems& problems) {
  if (const auto* list = value.if_array()) {
    for (std::size_t i = 0; i < list->size(); ++i)
      check_texts((*list)[i], place_in(pointer, i), problems);
  } else if (const auto* members = value.if_object()) {
    for (const auto& member : *members) {
      const std::string_view name = key_of(member);
      const std::string place = place_in(pointer, name);
      check_plain_text(problems, place, name);
      if (name == "title" || name == "description")
        check_plain_text(problems, place, text_of(value, name));
      check_texts(member.value(), place, problems);
    }
  }
}

/// The bytes that the pointers of all values in `value` have together.
std::size_t pointer_bytes(const Json& value, std::size_t own = 0) {
  std::size_t sum = own;
  if (const auto* list = value.if_array()) {
    for (const Json& item : *list) sum += pointer_bytes(item, own + 2);
  } else if (const auto* members = value.if_object()) {
    for (const auto& member : *members)
      sum += pointer_bytes(member.value(), own + 1 + key_of(member).size());
  }
  return sum;
}

/// Whether a schema may be looked at; a few huge names with much below them would fill the memory.
bool is_bearable(const Json& schema, const std::string& pointer, Problems& problems) {
  if (pointer_bytes(schema) <= kMostPointerBytes) return true;
  problems.error("schema.names", pointer, "the names in the schema are too long",
                 "name things shortly, and describe them in \"description\"");
  return false;
}

/// Takes `required` off a property where it is true or false; anything else but a list is wrong.
std::optional<bool> take_flag(Json& property, const std::string& pointer, Problems& problems) {
  auto* members = property.if_object();
  const Json* required = members == nullptr ? nullptr : members->if_contains("required");
  if (required == nullptr || required->is_array()) return std::nullopt;
  const auto flag = required->is_bool() ? std::optional(required->get_bool()) : std::nullopt;
  if (!flag)
    problems.error("schema.required", append_pointer(pointer, "required"),
                   "required is neither true, false, nor a list of names",
                   "write true or false, without quotes");
  members->stable_erase("required");
  return flag;
}

/// Lifts `"required": true` of properties into the list of the object they belong to, at every
/// level below `schema`.
void lift(Json& schema, const std::string& pointer, Problems& problems) {
  JsonArray lifted;
  visit_below(schema, pointer, [&](Json& inner, const std::string& place, Name property) {
    if (property && take_flag(inner, place, problems).value_or(false))
      lifted.emplace_back(*property);
    lift(inner, place, problems);
  });
  if (lifted.empty()) return;
  Json& required = schema.get_object()["required"];
  if (required.is_null()) required = JsonArray{};
  auto* names = required.if_array();
  if (names == nullptr) return;
  for (const Json& name : lifted)
    if (std::ranges::find(*names, name) == names->end()) names->push_back(name);
}

/// Whether `parameters` is one schema rather than a map of them.
bool is_whole(const Json& parameters) {
  const auto is_text = [&](std::string_view name) {
    const Json* value = find(parameters, name);
    return value != nullptr && value->is_string();
  };
  return text_of(parameters, "type") == "object" || is_text("$schema") || is_text("$ref");
}

/// In a whole schema `required` is a list; true or false is the notation of maps.
void refuse_flags(Json& schema, const std::string& pointer, Problems& problems) {
  const Json* required = find(schema, "required");
  if (required != nullptr && required->is_bool())
    problems.error("schema.required", append_pointer(pointer, "required"),
                   "in a whole schema, required is a list of names",
                   "write \"required\": [\"name\"] beside \"properties\"");
  visit_below(schema, pointer, [&](Json& inner, const std::string& place, Name) {
    refuse_flags(inner, place, problems);
  });
}

using PlaceOf = std::function<std::string(std::string_view)>;

/// Reports what is wrong with a schema; `place_of` knows where its parts stand in the form.
void check(const Json& schema, const PlaceOf& place_of, Problems& problems) {
  std::set<std::string> known;
  for (const Diagnostic& problem : problems.errors) known.insert(problem.pointer);
  bool is_sound = true;
  const auto report = [&](const std::vector<Violation>& violations, std::string_view remedy) {
    for (const Violation& violation : violations) {
      const std::string place = place_of(violation.pointer);
      is_sound = is_sound && violation.severity != Severity::error;
      if (violation.severity == Severity::warning)
        problems.warning("schema.slow", place, violation.message, violation.hint);
      else if (!known.contains(place))
        problems.error("schema.wrong", place, violation.message,
                       violation.hint.empty() ? std::string(remedy) : violation.hint);
    }
  };
  report(check_schema(schema), "");
  if (is_sound) report(check_defaults(schema), "change the default, or what the schema allows");
}

/// The schema of a map of names, and where its parts came from.
Json made_from(const Json& map, const std::string& pointer, Problems& problems) {
  JsonObject properties;
  JsonArray required;
  for (const auto& member : map.get_object()) {
    const std::string_view name = key_of(member);
    const std::string place = place_in(pointer, name);
    Json property = member.value();
    if (!property.is_object() && !property.is_bool()) {
      problems.error("schema.type", place, "a parameter is described by a schema: an object",
                     fmt::format("like {}: {{\"type\": \"string\"}}; a whole schema has \"type\": "
                                 "\"object\" beside \"properties\"",
                                 quote(name)));
      continue;
    }
    const auto flag = take_flag(property, place, problems);
    const bool has_default = find(property, "default") != nullptr;
    if (flag.value_or(false) && has_default)
      problems.warning("schema.default", place,
                       fmt::format("{} is required, so its default is never used", quote(name)),
                       "take \"required\" or \"default\" away");
    if (flag.value_or(!has_default)) required.emplace_back(name);
    lift(property, place, problems);
    properties[name] = std::move(property);
  }
  JsonObject schema{{"type", "object"}, {"properties", std::move(properties)}};
  if (!required.empty()) schema["required"] = std::move(required);
  return schema;
}

}  // namespace

Json read_parameters(Reader& tool) {
  const JsonObject kNone{{"type", "object"}, {"properties", JsonObject{}}};
  if (tool.object("parameters") == nullptr) return kNone;
  Problems& problems = tool.problems();
  const std::size_t before = problems.errors.size();
  const Json& given = *tool.any("parameters");
  const std::string pointer = tool.at("parameters");
  if (!is_bearable(given, pointer, problems)) return kNone;
  check_texts(given, pointer, problems);
  if (is_whole(given)) {
    Json schema = given;
    if (text_of(schema, "type") != "object")
      tool.note("parameters", "schema.type", "a whole schema of parameters is that of an object",
                "add \"type\": \"object\"");
    refuse_flags(schema, pointer, problems);
    check(schema, [&](std::string_view inner) { return pointer + std::string(inner); }, problems);
    return schema;
  }
  Json schema = made_from(given, pointer, problems);
  if (problems.errors.size() == before)
    check(
        schema,
        [&](std::string_view inner) {
          constexpr std::string_view kPrefix = "/properties";
          return inner.starts_with("/properties/")
                     ? pointer + std::string(inner.substr(kPrefix.size()))
                     : pointer;
        },
        problems);
  return schema;
}

std::optional<Json> read_schema(Reader& tool, std::string_view name) {
  if (tool.object(name) == nullptr) return std::nullopt;
  Json schema = *tool.any(name);
  const std::string pointer = tool.at(name);
  if (!is_bearable(schema, pointer, tool.problems())) return std::nullopt;
  check_texts(schema, pointer, tool.problems());
  refuse_flags(schema, pointer, tool.problems());
  check(
      schema, [&](std::string_view inner) { return pointer + std::string(inner); },
      tool.problems());
  return schema;
}

}  // namespace crafter
