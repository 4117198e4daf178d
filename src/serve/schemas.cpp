// The shapes of engine/views.h, as clients see them.

#include "serve/schemas.h"

#include <utility>

#include "base/text.h"

namespace crafter {
namespace {

JsonObject diagnostic_schema() {
  return object_schema({{"severity", typed("string")},
                        {"code", typed("string")},
                        {"pointer", typed("string", "JSON pointer into the form")},
                        {"file", typed("string")},
                        {"line", typed("integer")},
                        {"column", typed("integer")},
                        {"message", typed("string")},
                        {"hint", typed("string|null", "what to do about it")}});
}

}  // namespace

JsonObject typed(std::string_view type, std::string_view words) {
  JsonArray branches;
  for (const std::string& one : split(type, '|')) branches.push_back(JsonObject{{"type", one}});
  JsonObject schema;
  if (branches.size() == 1)
    schema = branches.front().get_object();
  else
    schema["anyOf"] = std::move(branches);
  if (!words.empty()) schema["description"] = words;
  return schema;
}

JsonObject list_of(JsonObject items) { return {{"type", "array"}, {"items", std::move(items)}}; }

JsonObject object_schema(std::vector<Property> properties) {
  JsonObject members;
  JsonArray required;
  for (Property& property : properties) {
    members[property.name] = std::move(property.schema);
    if (property.required) required.emplace_back(property.name);
  }
  JsonObject schema{{"type", "object"}, {"properties", std::move(members)}};
  if (!required.empty()) schema["required"] = std::move(required);
  return schema;
}

JsonObject build_schema() {
  return object_schema({{"build_id", typed("string", "names the build in get_build_status")},
                        {"server_name", typed("string")},
                        {"kind", typed("string", "create, update or delete")},
                        {"status", typed("string",
                                         "pending, in_progress, success, failed, "
                                         "cancelled")},
                        {"progress", typed("integer", "0 to 100")},
                        {"step", typed("string")},
                        {"message", typed("string")},
                        {"created_at", typed("string", "RFC 3339, UTC")},
                        {"finished_at", typed("string|null")},
                        {"diagnostics", list_of(diagnostic_schema())},
                        {"path", typed("string", "where the project is, or will be")},
                        {"warnings", list_of(diagnostic_schema()), false}});
}

JsonObject update_schema() {
  JsonObject schema = build_schema();
  JsonObject& properties = schema["properties"].as_object();
  properties["build_id"] = typed("string|null", "null when there was nothing to do");
  properties["created_at"] = typed("string|null", "RFC 3339, UTC");
  properties["status"] = typed("string", "as of a build, or unchanged");
  return schema;
}

JsonObject details_schema() {
  JsonObject schema = server_schema();
  JsonObject& properties = schema["properties"].as_object();
  properties["form"] = typed("object|null", "the form, without secrets");
  properties["files"] =
      list_of(object_schema({{"path", typed("string")},
                             {"owner", typed("string", "crafter or user")},
                             {"parts", list_of(typed("string"))},
                             {"state", typed("string", "unchanged, edited or deleted")}}));
  properties["proof"] = typed("object|null", "what was shown of it, and when");
  return schema;
}

JsonObject server_schema() {
  return object_schema({{"name", typed("string")},
                        {"path", typed("string")},
                        {"template", typed("string")},
                        {"complexity", typed("string")},
                        {"capabilities", list_of(typed("string"))},
                        {"tools", list_of(typed("string"))},
                        {"status", typed("string")},
                        {"build_id", typed("string")}});
}

}  // namespace crafter
