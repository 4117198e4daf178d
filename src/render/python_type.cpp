// Schemas to types; types to text as ruff would format it.

#include "render/python_type.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "render/python_words.h"

namespace crafter {
namespace {

constexpr std::size_t kLongestLiteral = 60;  // a longer value makes a type nobody can read

PythonType any() { return {"Any", {}}; }

struct Simple {
  std::string_view type;
  std::string_view python;
};
constexpr std::array<Simple, 5> kSimple = {{{"string", "str"},
                                            {"integer", "int"},
                                            {"number", "float"},
                                            {"boolean", "bool"},
                                            {"null", "None"}}};

/// Whether a type among `names` has the literal already.
bool is_covered(const PythonType& literal, const std::set<std::string>& names) {
  const char first = literal.name[0];
  if (first == '"' || first == '\'') return names.contains("str");
  if (first == 'T' || first == 'F') return names.contains("bool");
  return names.contains("int") || names.contains("float");
}

/// Takes unions in the list apart.
void flatten(std::vector<PythonType> types, std::vector<PythonType>& flat) {
  for (PythonType& type : types) {
    if (type.name == "|")
      flatten(std::move(type.arguments), flat);
    else
      flat.push_back(std::move(type));
  }
}

/// The alternatives as one type: flat, each once, literals together, None last; what another one
/// says already is left out.
PythonType united(std::vector<PythonType> types) {
  std::vector<PythonType> flat;
  flatten(std::move(types), flat);
  std::set<std::string> names;
  for (const PythonType& type : flat) names.insert(type.name);
  if (flat.empty() || names.contains("Any")) return any();
  std::vector<PythonType> once;
  PythonType literals{"Literal", {}};
  std::set<std::string> seen;
  for (PythonType& type : flat) {
    if (type.name == "None" || (type.name == "int" && names.contains("float"))) continue;
    if (type.name != "Literal") {
      if (seen.insert(type_text(type)).second) once.push_back(std::move(type));
      continue;
    }
    for (PythonType& literal : type.arguments)
      if (!is_covered(literal, names) && seen.insert(literal.name).second)
        literals.arguments.push_back(std::move(literal));
  }
  if (!literals.arguments.empty()) once.push_back(std::move(literals));
  if (names.contains("None")) once.push_back({"None", {}});
  if (once.size() == 1) return std::move(once.front());
  return {"|", std::move(once)};
}

/// The value as an item of Literal[...]; "" when it cannot be one.
std::string literal(const Json& value) {
  if (value.is_bool()) return value.get_bool() ? "True" : "False";
  if (value.is_int64() || value.is_uint64()) return write_json(value);
  if (!value.is_string()) return {};
  std::string text = python_literal(value.get_string());
  return text.size() <= kLongestLiteral ? text : std::string();
}

/// The type of values that are listed; nothing when Python has none for them.
std::optional<PythonType> listed(const JsonArray& values) {
  std::vector<PythonType> literals;
  std::set<std::string> seen;
  bool has_null = false;
  for (const Json& value : values) {
    has_null = has_null || value.is_null();
    if (value.is_null()) continue;
    std::string text = literal(value);
    if (text.empty()) return std::nullopt;
    if (seen.insert(text).second) literals.push_back({std::move(text), {}});
  }
  std::vector<PythonType> types;
  if (!literals.empty()) types.push_back({"Literal", std::move(literals)});
  if (has_null) types.push_back({"None", {}});
  if (types.empty()) return std::nullopt;
  return united(std::move(types));
}

PythonType named(std::string_view type, const Json& schema) {
  for (const Simple& simple : kSimple)
    if (simple.type == type) return {std::string(simple.python), {}};
  if (type == "object") return {"dict", {{"str", {}}, any()}};
  if (type != "array") return any();
  const Json* items = find(schema, "items");
  const bool is_uniform = items != nullptr && find(schema, "prefixItems") == nullptr;
  return {"list", {is_uniform ? python_type(*items) : any()}};
}

PythonType one_of(const JsonArray& schemas) {
  std::vector<PythonType> types;
  for (const Json& schema : schemas) types.push_back(python_type(schema));
  return united(std::move(types));
}

PythonType typed(const Json& type, const Json& schema) {
  if (type.is_string()) return named(type.get_string(), schema);
  if (!type.is_array()) return any();
  std::vector<PythonType> types;
  for (const Json& one : type.get_array())
    types.push_back(one.is_string() ? named(one.get_string(), schema) : any());
  return united(std::move(types));
}

std::vector<std::string> argument_texts(const PythonType& type) {
  std::vector<std::string> texts;
  for (const PythonType& argument : type.arguments) texts.push_back(type_text(argument));
  return texts;
}

}  // namespace

PythonType python_type(const Json& schema) {
  if (const Json* constant = find(schema, "const")) {
    if (auto type = listed({*constant})) return *std::move(type);
  }
  const Json* values = find(schema, "enum");
  if (values != nullptr && values->is_array()) {
    if (auto type = listed(values->get_array())) return *std::move(type);
  }
  if (const Json* type = find(schema, "type")) return typed(*type, schema);
  for (const std::string_view name : {"anyOf", "oneOf"}) {
    const Json* schemas = find(schema, name);
    if (schemas != nullptr && schemas->is_array()) return one_of(schemas->get_array());
  }
  return any();
}

std::string type_text(const PythonType& type) {
  if (type.name == "|") return join(argument_texts(type), " | ");
  if (type.arguments.empty()) return type.name;
  return fmt::format("{}[{}]", type.name, join(argument_texts(type), ", "));
}

namespace {

/// What stands between brackets, on lines of its own. A comma behind the last item keeps it so.
std::string inner_lines(const PythonType& type, std::size_t indent) {
  const std::string margin(indent, ' ');
  const std::string line = margin + type_text(type);
  if (type.name != "|" || line.size() <= kPythonWidth)
    return margin + type_lines(type, indent, indent, 0) + "\n";
  std::string lines;
  for (const PythonType& argument : type.arguments) {
    const std::string_view before = &argument == &type.arguments.front() ? "" : "| ";
    lines += fmt::format("{}{}{}\n", margin, before,
                         type_lines(argument, indent, indent + before.size(), 0));
  }
  return lines;
}

}  // namespace

std::string type_lines(const PythonType& type, std::size_t indent, std::size_t used,
                       std::size_t behind) {
  std::string line = type_text(type);
  if (used + line.size() + behind <= kPythonWidth || type.arguments.empty()) return line;
  const std::string margin(indent, ' ');
  if (type.name == "|") return "(\n" + inner_lines(type, indent + 4) + margin + ")";
  if (type.arguments.size() == 1)
    return fmt::format("{}[\n{}{}]", type.name, inner_lines(type.arguments[0], indent + 4), margin);
  std::string lines = type.name + "[\n";
  for (const PythonType& argument : type.arguments)
    lines += fmt::format("{}    {},\n", margin, type_lines(argument, indent + 4, indent + 4, 1));
  return lines + margin + "]";
}

void note_typing(const PythonType& type, std::set<std::string>& names) {
  if (type.name == "Any" || type.name == "Literal" || type.name == "NotRequired")
    names.insert(type.name);
  if (type.name == "Literal") return;
  for (const PythonType& argument : type.arguments) note_typing(argument, names);
}

}  // namespace crafter
