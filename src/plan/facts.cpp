// Blueprint and parts, as JSON.

#include "plan/facts.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <optional>

#include "base/text.h"
#include "plan/requirements.h"
#include "plan/values.h"

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

class Settings {
 public:
  explicit Settings(std::vector<Setting> given) : settings_(std::move(given)) {}

  Result<> add(const Part& part, const Variable& variable) {
    const auto known = std::ranges::find(settings_, variable.name, &Setting::name);
    if (known == settings_.end()) {
      settings_.push_back({variable.name, variable.value, variable.description, variable.secret,
                           variable.required});
      given_by_[variable.name] = part.name;
      return {};
    }
    const auto giver = given_by_.find(variable.name);
    if (giver != given_by_.end() && known->value != variable.value)
      return clash(variable, giver->second, part.name);
    complete(*known, variable);
    return {};
  }

  [[nodiscard]] JsonArray facts() const { return facts_of_all(settings_); }

 private:
  std::vector<Setting> settings_;
  std::map<std::string, std::string> given_by_;  // name -> part
};

Result<JsonArray> settings_of(const Blueprint& blueprint, const std::vector<const Part*>& parts,
                              const Json& facts) {
  Settings settings(blueprint.settings);
  for (const Part* part : parts)
    for (const Variable& variable : part->environment) {
      TRY(const bool wanted, is_wanted(facts, *part, variable.when));
      if (wanted) TRY(settings.add(*part, variable));
    }
  return settings.facts();
}

Result<JsonArray> dependencies_of(const Blueprint& blueprint, const std::vector<const Part*>& parts,
                                  const Json& facts) {
  std::vector<Demand> demands;
  for (const Part* part : parts)
    for (const Dependency& dependency : part->dependencies) {
      TRY(const bool wanted, is_wanted(facts, *part, dependency.when));
      if (wanted)
        demands.push_back({dependency.requirement, fmt::format("the part {}", quote(part->name))});
    }
  for (const std::string& requirement : blueprint.dependencies)
    demands.push_back({requirement, "the form"});
  TRY(const auto merged, merged_requirements(demands));
  return list_of(merged);
}

Result<JsonArray> dev_dependencies_of(const std::vector<const Part*>& parts) {
  std::vector<Demand> demands;
  for (const Part* part : parts)
    for (const std::string& requirement : part->dev_dependencies)
      demands.push_back({requirement, fmt::format("the part {}", quote(part->name))});
  TRY(const auto merged, merged_requirements(demands));
  return list_of(merged);
}

/// What the form alone decides.
JsonObject given_facts(const Blueprint& blueprint) {
  JsonObject options;
  for (const auto& [part, value] : blueprint.options) options[part] = value;
  return {{"server", server_of(blueprint)},
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
          {"deployment", blueprint.deployment},
          {"all_options", std::move(options)},
          {"crafter", JsonObject{{"version", CRAFTER_VERSION}}}};
}

}  // namespace

Result<bool> is_wanted(const Json& facts, const Part& part, const std::string& when) {
  const Json* options = at_pointer(facts, append_pointer("/all_options", part.name));
  const Json none = JsonObject();
  const Scope all(facts);
  const Scope scope("options", options != nullptr ? *options : none, all);
  return evaluated_truth(when, scope, {part.name, "part.json"});
}

Result<Json> facts_of(const Blueprint& blueprint, const std::vector<const Part*>& parts) {
  const Json given = given_facts(blueprint);
  TRY(auto dependencies, dependencies_of(blueprint, parts, given));
  TRY(auto dev_dependencies, dev_dependencies_of(parts));
  TRY(auto settings, settings_of(blueprint, parts, given));
  JsonObject facts = given.get_object();
  facts["dependencies"] = std::move(dependencies);
  facts["dev_dependencies"] = std::move(dev_dependencies);
  facts["settings"] = std::move(settings);
  return Json(std::move(facts));
}

}  // namespace crafter
