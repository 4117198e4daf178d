// Which parts a form wants: preset, base, capabilities and deployments, and what they bring along.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "catalog/fields.h"
#include "draft/closure.h"
#include "draft/drafting.h"

namespace crafter {
namespace {

const std::vector<std::string> kMeshes{"none", "istio", "linkerd"};
constexpr std::int64_t kMostReplicas = 1000;

/// Notes a name that no part of the kind has: promised for later, misspelt, or made up.
void note_unknown(const Word& word, PartKind kind, Drafting& work) {
  const auto existing = work.catalog.names(kind);
  const auto promised = work.catalog.promised(kind);
  const std::string all = list_all(existing);
  if (std::ranges::find(promised, word.text) != promised.end()) {
    work.problems.error("form.not_available", word.pointer,
                        fmt::format("{} is not available in this version", word.text), all);
    return;
  }
  std::vector<std::string> names = existing;
  names.insert(names.end(), promised.begin(), promised.end());
  const auto meant = nearest(word.text, names);
  work.problems.error("form.unknown_part", word.pointer,
                      fmt::format("there is no {} {}", spelled(kind), quote(word.text)),
                      meant ? fmt::format("did you mean {}? {}", quote(*meant), all) : all);
}

/// The preset, or nullptr when the form names one that does not exist.
const Preset* read_preset(Reader& root, Drafting& work) {
  const Catalog& catalog = work.catalog;
  work.blueprint.complexity = catalog.default_preset();
  const auto name = read_choice(root, "complexity", catalog.preset_names());
  if (name) work.blueprint.complexity = *name;
  if (!name && root.has("complexity")) return nullptr;
  return catalog.preset(work.blueprint.complexity);
}

void read_base(Reader& root, Drafting& work) {
  std::string& base = work.blueprint.base;
  base = work.catalog.default_base();
  const auto one = root.text("template");
  const auto two = root.text("template_base");
  if (one && two && *one != *two)
    root.note("template_base", "form.two_templates",
              fmt::format("template says {}, template_base {}", quote(*one), quote(*two)),
              "they mean the same: keep one of them");
  for (const auto& [name, field] : {std::pair(two, "template_base"), std::pair(one, "template")}) {
    if (!name) continue;
    if (work.catalog.find(PartKind::base, *name) == nullptr)
      note_unknown({*name, root.at(field)}, PartKind::base, work);
    else
      base = *name;
  }
}

/// The names of a preset, as far as they exist; what does not is a problem of `complexity`.
std::vector<std::string> supplied(const std::vector<std::string>& names, PartKind kind,
                                  std::string_view remedy, Drafting& work) {
  std::vector<std::string> there;
  std::vector<std::string> missing;
  for (const std::string& name : names)
    (work.catalog.find(kind, name) != nullptr ? there : missing).push_back(name);
  if (!missing.empty())
    work.problems.error("form.not_available", work.at("complexity"),
                        fmt::format("complexity {} brings {}, not available in this version",
                                    quote(work.blueprint.complexity), enumerate(missing)),
                        fmt::format("{}: {}", remedy, list_all(work.catalog.names(kind))));
  return there;
}

void read_capabilities(Reader& root, const Preset* preset, Drafting& work) {
  std::vector<std::string>& capabilities = work.blueprint.capabilities;
  if (!root.has("capabilities")) {
    root.any("capabilities");
    if (preset == nullptr) return;
    if (preset->capabilities.empty())
      root.note("capabilities", "form.missing",
                fmt::format("complexity {} needs the list of capabilities", quote(preset->name)),
                list_all(work.catalog.names(PartKind::capability)));
    capabilities = supplied(preset->capabilities, PartKind::capability,
                            "list the capabilities you want", work);
    return;
  }
  const Json* given = root.any("capabilities");
  if (given->is_array() && given->get_array().empty())
    root.note("capabilities", "form.empty", "no capability is listed",
              "name at least one, or leave the field out");
  for (const Word& word : read_distinct(root, "capabilities")) {
    if (work.catalog.find(PartKind::capability, word.text) == nullptr)
      note_unknown(word, PartKind::capability, work);
    else
      capabilities.push_back(word.text);
  }
}

std::optional<std::int64_t> read_number(Reader& reader, std::string_view name, std::int64_t most) {
  const auto number = reader.integer(name);
  if (number && (*number < 1 || *number > most))
    reader.note(name, "form.range", fmt::format("{} is {}", name, *number),
                fmt::format("1 to {} are possible", most));
  return number;
}

/// `scaling` complete: one replica when the form does not say otherwise.
JsonObject read_scaling(Reader& config) {
  constexpr std::int64_t kReplicas = 3;
  constexpr std::int64_t kCpu = 80;
  if (config.object("scaling") == nullptr)
    return {{"min_replicas", 1}, {"max_replicas", 1}, {"cpu_threshold", kCpu}};
  Reader scaling(*config.any("scaling"), config.at("scaling"), config.problems());
  const auto least = read_number(scaling, "min_replicas", kMostReplicas);
  const auto most = read_number(scaling, "max_replicas", kMostReplicas);
  const auto cpu = read_number(scaling, "cpu_threshold", 100);
  if (least && most && *least > *most)
    scaling.note("max_replicas", "form.range",
                 fmt::format("max_replicas is {}, less than min_replicas, {}", *most, *least),
                 "at least as many as min_replicas");
  scaling.close();
  const std::int64_t floor = least.value_or(std::min<std::int64_t>(1, most.value_or(1)));
  return {{"min_replicas", floor},
          {"max_replicas", most.value_or(std::max(floor, kReplicas))},
          {"cpu_threshold", cpu.value_or(kCpu)}};
}

/// The deployments that are switched on; whether any switch is there at all.
bool read_switches(Reader& config, Selection& selection, Drafting& work) {
  bool any = false;
  for (const std::string& name : work.catalog.names(PartKind::deployment)) {
    any = any || config.has(name);
    const auto on = config.boolean(name);
    if (on.value_or(false)) work.blueprint.deployments.push_back(name);
    if (on && !*on) selection.switched_off.push_back(name);
  }
  for (const std::string& name : work.catalog.promised(PartKind::deployment)) {
    any = any || config.has(name);
    if (config.boolean(name).value_or(false))
      note_unknown({name, config.at(name)}, PartKind::deployment, work);
  }
  return any;
}

void read_deployment(Reader& root, const Preset* preset, Selection& selection, Drafting& work) {
  static const Json kNone = JsonObject{};
  const bool is_there = root.object("deployment_config") != nullptr;
  Reader config(is_there ? *root.any("deployment_config") : kNone, root.at("deployment_config"),
                work.problems);
  const bool is_listed = read_switches(config, selection, work);
  JsonObject scaling = read_scaling(config);
  const auto mesh = read_choice(config, "service_mesh", kMeshes);
  config.close();
  if (!is_listed && preset != nullptr && (is_there || !root.has("deployment_config")))
    work.blueprint.deployments =
        supplied(preset->deployments, PartKind::deployment,
                 "list the deployments you want in deployment_config", work);
  work.blueprint.deployment =
      JsonObject{{"scaling", std::move(scaling)}, {"service_mesh", mesh.value_or("none")}};
}

/// Puts the switches of all deployments that exist before the rest of `deployment`.
void complete_deployment(Drafting& work) {
  Blueprint& blueprint = work.blueprint;
  JsonObject complete;
  for (const std::string& name : work.catalog.names(PartKind::deployment))
    complete[name] = std::ranges::find(blueprint.deployments, name) != blueprint.deployments.end();
  for (auto& member : blueprint.deployment.get_object())
    complete[member.key()] = std::move(member.value());
  blueprint.deployment = std::move(complete);
}

}  // namespace

void read_selection(Reader& root, Drafting& work) {
  const Preset* preset = read_preset(root, work);
  Selection selection;
  read_base(root, work);
  read_capabilities(root, preset, work);
  read_deployment(root, preset, selection, work);
  close_selection(root, selection, work);
  complete_deployment(work);
}

}  // namespace crafter
