// Writes object schemas as TypedDicts.

#include "render/typed_dict.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.h"
#include "render/emitters.h"
#include "render/python_type.h"
#include "render/python_words.h"

namespace crafter {
namespace {

struct Field {
  std::string name;
  PythonType type;
};

/// A field of one of these names would hide the type from the fields behind it.
constexpr std::array<std::string_view, 9> kTypes = {"str",  "int", "float",   "bool",       "list",
                                                    "dict", "Any", "Literal", "NotRequired"};

bool fits_class(const Field& field) {
  return is_python_name(field.name) && !field.name.starts_with("__") &&
         std::ranges::find(kTypes, field.name) == kTypes.end();
}

/// What a linter takes for a name that fits a class: there it is told to be silent.
bool looks_plain(const Field& field) {
  std::string ascii = field.name;
  std::ranges::replace_if(ascii, [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, 'x');
  return is_python_name(ascii) && !ascii.starts_with("__");
}

bool is_listed(const Json* names, std::string_view name) {
  if (names == nullptr || !names->is_array()) return false;
  return std::ranges::any_of(names->get_array(), [&](const Json& one) {
    return one.is_string() && one.get_string() == name;
  });
}

std::vector<Field> fields_of(const Json& schema) {
  std::vector<Field> fields;
  const Json* properties = find(schema, "properties");
  if (properties == nullptr || !properties->is_object()) return fields;
  const Json* required = find(schema, "required");
  for (const auto& property : properties->get_object()) {
    PythonType type = python_type(property.value());
    const bool is_present =
        is_listed(required, property.key()) || find(property.value(), "default") != nullptr;
    if (!is_present) type = {"NotRequired", {std::move(type)}};
    fields.push_back({std::string(property.key()), std::move(type)});
  }
  return fields;
}

std::string class_text(const std::string& name, const std::vector<Field>& fields,
                       const std::string& doc) {
  std::string text = fmt::format("class {}(TypedDict):\n    {}\n", name, doc);
  if (!fields.empty()) text += '\n';
  for (const Field& field : fields)
    text += fmt::format("    {}: {}\n", field.name,
                        type_lines(field.type, 4, field.name.size() + 6, 0));
  return text;
}

std::string call_text(const std::string& name, const std::vector<Field>& fields,
                      const std::string& doc) {
  std::vector<std::string> members;
  for (const Field& field : fields)
    members.push_back(fmt::format("{}: {}", python_literal(field.name), type_text(field.type)));
  const std::string_view note = std::ranges::all_of(fields, looks_plain) ? "  # noqa: UP013" : "";
  const std::string line =
      fmt::format("{} = TypedDict(\"{}\", {{{}}})", name, name, join(members, ", "));
  if (line.size() <= kPythonWidth) return fmt::format("{}{}\n{}\n", line, note, doc);
  std::string text = fmt::format("{} = TypedDict({}\n    \"{}\",\n    {{\n", name, note, name);
  for (const Field& field : fields) {
    const std::string key = python_literal(field.name);
    text += fmt::format("        {}: {},\n", key, type_lines(field.type, 8, key.size() + 10, 1));
  }
  return text + "    },\n)\n" + doc + "\n";
}

}  // namespace

Result<TypedDict> typed_dict(const Json& statement) {
  const std::string name(text_of(statement, "name"));
  const Json* schema = find(statement, "schema");
  if (!is_python_name(name) || schema == nullptr)
    return unwritable("python", fmt::format("a typed_dict needs name and schema, not {}",
                                            quote(write_json(statement))));
  const std::vector<Field> fields = fields_of(*schema);
  TypedDict made;
  made.is_class = std::ranges::all_of(fields, fits_class);
  made.typing.insert("TypedDict");
  for (const Field& field : fields) note_typing(field.type, made.typing);
  const std::string doc = python_docstring(
      text_of(statement, "doc"), fmt::format("The fields of {}.", name), made.is_class ? 4 : 0);
  made.text = made.is_class ? class_text(name, fields, doc) : call_text(name, fields, doc);
  return made;
}

}  // namespace crafter
