// crafter.json: the form in a fixed order, complete, and without anything secret.

#include <algorithm>
#include <array>
#include <span>

#include "draft/drafting.h"

namespace crafter {
namespace {

constexpr std::array<std::string_view, 12> kToolFields{
    "name",        "title",  "description",     "parameters", "implementation", "output_schema",
    "annotations", "scopes", "timeout_seconds", "cache",      "probe",          "task"};
constexpr std::array<std::string_view, 8> kResourceFields{
    "uri", "uriTemplate", "name", "title", "description", "mimeType", "text", "implementation"};
constexpr std::array<std::string_view, 5> kPromptFields{"name", "title", "description", "arguments",
                                                        "messages"};

JsonArray listed(const std::vector<std::string>& names) {
  JsonArray list;
  for (const std::string& name : names) list.emplace_back(name);
  return list;
}

/// The members of `given` that are there, in the order of `fields`.
JsonObject arranged(const Json& given, std::span<const std::string_view> fields) {
  JsonObject object;
  for (const std::string_view field : fields)
    if (const Json* value = find(given, field)) object[field] = *value;
  return object;
}

/// The items of a list, each with its fields in order, and its code as it is kept in `made`.
template <class Made>
void add_items(JsonObject& form, const Json& given, std::string_view name,
               std::span<const std::string_view> fields, const std::vector<Made>& made) {
  const Json* list = find(given, name);
  if (list == nullptr) return;
  JsonArray items;
  for (std::size_t i = 0; i < made.size(); ++i) {
    JsonObject item = arranged(list->get_array()[i], fields);
    if constexpr (requires { made[i].implementation; })
      if (item.contains("implementation")) item["implementation"] = made[i].implementation;
    items.push_back(std::move(item));
  }
  form[name] = std::move(items);
}

void add_as_given(JsonObject& form, const Json& given, std::string_view name) {
  if (const Json* value = find(given, name)) form[name] = *value;
}

/// One variable: without its value when that is secret, else as briefly as it was given.
Json variable_of(const Json& given, const Setting& setting) {
  if (!setting.secret && !given.is_object()) return Json(setting.value);
  JsonObject variable;
  if (!setting.secret && find(given, "value") != nullptr) variable["value"] = setting.value;
  if (setting.secret || find(given, "secret") != nullptr) variable["secret"] = setting.secret;
  if (setting.secret || find(given, "required") != nullptr) variable["required"] = setting.required;
  if (!setting.description.empty()) variable["description"] = setting.description;
  return variable;
}

void add_variables(JsonObject& form, const Json& given, const Blueprint& blueprint) {
  const Json* variables = find(given, "environment_vars");
  if (variables == nullptr) return;
  JsonObject kept;
  for (const Setting& setting : blueprint.settings)
    kept[setting.name] = variable_of(*find(*variables, setting.name), setting);
  form["environment_vars"] = std::move(kept);
}

/// The switches of all deployments; the rest only when the form has it.
void add_deployment(JsonObject& form, const Json& given, const Blueprint& blueprint) {
  const Json* config = find(given, "deployment_config");
  JsonObject kept;
  for (const auto& member : blueprint.deployment.get_object()) {
    const bool is_switch = member.value().is_bool();
    const Json* said = config == nullptr ? nullptr : find(*config, member.key());
    if (is_switch || said != nullptr) kept[member.key()] = is_switch ? member.value() : *said;
  }
  form["deployment_config"] = std::move(kept);
}

}  // namespace

Json normal_form(const Json& given, const Blueprint& blueprint,
                 const std::vector<std::string>& brought) {
  JsonObject form;
  form["server_name"] = blueprint.server_name;
  add_as_given(form, given, "title");
  form["description"] = blueprint.description;
  form["version"] = blueprint.version;
  form["complexity"] = blueprint.complexity;
  form["template"] = blueprint.base;
  std::vector<std::string> capabilities = blueprint.capabilities;
  std::erase_if(capabilities, [&](const std::string& name) {
    return std::ranges::find(brought, name) != brought.end();
  });
  form["capabilities"] = listed(capabilities);
  add_items(form, given, "custom_tools", kToolFields, blueprint.tools);
  add_items(form, given, "custom_resources", kResourceFields, blueprint.resources);
  add_items(form, given, "custom_prompts", kPromptFields, blueprint.prompts);
  for (const std::string_view name : {"options", "dependencies"}) add_as_given(form, given, name);
  add_variables(form, given, blueprint);
  add_deployment(form, given, blueprint);
  add_as_given(form, given, "metadata");
  return form;
}

}  // namespace crafter
