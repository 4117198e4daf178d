// Blueprint and parts, as JSON.

#include "plan/facts.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <optional>

#include "base/text.h"
#include "plan/requirements.h"

namespace crafter {
namespace {

JsonArray list_of(const std::vector<std::string>& texts) {
  JsonArray list;
  for (const std::string& text : texts) list.emplace_back(text);
  return list;
}

/// What is not given is absent, so that expressions can ask.
void put(JsonObject& facts, std::string_view name, const std::string& text) {
  if (!text.empty()) facts[name] = text;
}
template <class T>
void put(JsonObject& facts, std::string_view name, const std::optional<T>& value) {
  if (value) facts[name] = *value;
}

Json server_of(const Blueprint& blueprint) {
  return JsonObject{{"name", blueprint.server_name},
                    {"title", blueprint.title},
                    {"description", blueprint.description},
                    {"version", blueprint.version},
                    {"python_version", blueprint.python_version},
                    {"package", blueprint.package}};
}

Json fact_of(const Tool& tool) {
  JsonObject facts{{"name", tool.name},
                   {"function", tool.function},
                   {"arguments_type", tool.arguments_type},
                   {"input_schema", tool.input_schema},
                   {"implementation", tool.implementation},
                   {"scopes", list_of(tool.scopes)},
                   {"probe", tool.probe},
                   {"task", tool.task}};
  put(facts, "title", tool.title);
  put(facts, "description", tool.description);
  put(facts, "output_schema", tool.output_schema);
  put(facts, "annotations", tool.annotations);
  put(facts, "timeout_seconds", tool.timeout_seconds);
  put(facts, "cache", tool.cache);
  return facts;
}

Json fact_of(const Resource& resource) {
  JsonObject facts{{"name", resource.name},
                   {"function", resource.function},
                   {"is_template", resource.is_template},
                   {"address", resource.address},
                   {"wire", resource.wire},
                   {"implementation", resource.implementation},
                   {"variables", list_of(resource.variables)}};
  put(facts, "text", resource.text);
  return facts;
}

Json fact_of(const Prompt& prompt) {
  return JsonObject{{"name", prompt.name}, {"wire", prompt.wire}, {"messages", prompt.messages}};
}

Json fact_of(const Setting& setting) {
  return JsonObject{{"name", setting.name},
                    {"value", setting.value},
                    {"description", setting.description},
                    {"secret", setting.secret},
                    {"required", setting.required}};
}

template <class T>
JsonArray facts_of_all(const std::vector<T>& all) {
  JsonArray list;
  for (const T& one : all) list.push_back(fact_of(one));
  return list;
}

Failure clash(const Variable& variable, const std::string& first, const std::string& second) {
  return {Fault::conflict, "plan.clash",
          fmt::format("the parts {} and {} give the variable {} different values", quote(first),
                      quote(second), quote(variable.name)),
          "let one of them go"};
}

/// The form's word goes first; a part adds what the form leaves open.
void complete(Setting& setting, const Variable& variable) {
  if (setting.description.empty()) setting.description = variable.description;
  if (variable.secret) setting.value.clear();
  setting.secret = setting.secret || variable.secret;
  setting.required = setting.required || variable.required;
}

Result<std::vector<Setting>> settings_of(const Blueprint& blueprint,
                                         const std::vector<const Part*>& parts) {
  std::vector<Setting> settings = blueprint.settings;
  std::map<std::string, std::string> given_by;  // name -> part
  for (const Part* part : parts) {
    for (const Variable& variable : part->environment) {
      const auto known = std::ranges::find(settings, variable.name, &Setting::name);
      if (known == settings.end()) {
        settings.push_back({variable.name, variable.value, variable.description, variable.secret,
                            variable.required});
        given_by[variable.name] = part->name;
        continue;
      }
      const auto giver = given_by.find(variable.name);
      if (giver != given_by.end() && known->value != variable.value)
        return clash(variable, giver->second, part->name);
      complete(*known, variable);
    }
  }
  return settings;
}

using Field = std::vector<std::string> Part::*;

std::vector<Demand> demands_of(const std::vector<const Part*>& parts, Field field) {
  std::vector<Demand> demands;
  for (const Part* part : parts)
    for (const std::string& requirement : part->*field)
      demands.push_back({requirement, fmt::format("the part {}", quote(part->name))});
  return demands;
}

}  // namespace

Result<Json> facts_of(const Blueprint& blueprint, const std::vector<const Part*>& parts) {
  std::vector<Demand> demands = demands_of(parts, &Part::dependencies);
  for (const std::string& requirement : blueprint.dependencies)
    demands.push_back({requirement, "the form"});
  TRY(const auto dependencies, merged_requirements(demands));
  TRY(const auto dev_dependencies, merged_requirements(demands_of(parts, &Part::dev_dependencies)));
  TRY(const auto settings, settings_of(blueprint, parts));
  JsonObject options;
  for (const auto& [part, value] : blueprint.options) options[part] = value;
  return Json(JsonObject{{"server", server_of(blueprint)},
                         {"form", blueprint.form},
                         {"metadata", blueprint.metadata},
                         {"base", blueprint.base},
                         {"complexity", blueprint.complexity},
                         {"capabilities", list_of(blueprint.capabilities)},
                         {"deployments", list_of(blueprint.deployments)},
                         {"parts", list_of(blueprint.parts)},
                         {"tools", facts_of_all(blueprint.tools)},
                         {"resources", facts_of_all(blueprint.resources)},
                         {"prompts", facts_of_all(blueprint.prompts)},
                         {"dependencies", list_of(dependencies)},
                         {"dev_dependencies", list_of(dev_dependencies)},
                         {"settings", facts_of_all(settings)},
                         {"deployment", blueprint.deployment},
                         {"all_options", std::move(options)},
                         {"crafter", JsonObject{{"version", CRAFTER_VERSION}}}});
}

}  // namespace crafter
