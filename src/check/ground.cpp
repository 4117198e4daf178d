// Puts together environment, limits and fence of a project's process.

#include "check/ground.h"

#include "os/sandbox.h"

namespace crafter {
namespace {

constexpr std::string_view kDummy = "proof-dummy-value";

constexpr Rlimits kLimits{.address_space_bytes = 16ULL << 30,
                          .cpu_seconds = 300,
                          .processes = 512,
                          .file_bytes = 256 << 20,
                          .open_files = 1024};

const Part* find_part(const Catalog& catalog, std::string_view name) {
  for (const PartKind kind : {PartKind::base, PartKind::capability, PartKind::deployment})
    if (const Part* part = catalog.find(kind, name)) return part;
  return nullptr;
}

}  // namespace

std::map<std::string, std::string> proof_variables(const Blueprint& blueprint,
                                                   const Catalog& catalog) {
  std::map<std::string, std::string> variables;
  for (const std::string& name : blueprint.parts) {
    const Part* part = find_part(catalog, name);
    if (part == nullptr) continue;
    for (const Variable& variable : part->environment)
      if (variable.required && variable.value.empty()) variables[variable.name] = kDummy;
  }
  for (const Setting& setting : blueprint.settings) {
    if (!setting.secret && !setting.value.empty())
      variables[setting.name] = setting.value;
    else if (setting.required)
      variables[setting.name] = kDummy;
  }
  for (const std::string& name : blueprint.parts) {
    const Part* part = find_part(catalog, name);
    const Json* declared = part == nullptr ? nullptr : find(part->proof, "environment");
    if (declared == nullptr || !declared->is_object()) continue;
    for (const auto& member : declared->get_object())
      variables[std::string(member.key())] = text_of(*declared, member.key());
  }
  return variables;
}

Command project_command(const Ground& ground, std::vector<std::string> words) {
  Command command{.words = std::move(words), .folder = ground.folder, .limits = kLimits};
  command.environment = ground.variables;
  const std::string& python = ground.environment.python;
  command.environment["PATH"] = python.substr(0, python.rfind('/')) + ":/usr/bin:/bin";
  command.environment["LANG"] = "C.UTF-8";
  command.environment["NO_COLOR"] = "1";
  command.environment["PYTHONDONTWRITEBYTECODE"] = "1";
  if (ground.sandboxed)
    return fenced(command, {.readable = {ground.environment.folder, ground.environment.base},
                            .writable = {ground.folder}});
  command.environment["HOME"] = ground.folder;
  command.limits.processes = 0;  // would count everything else this user runs
  return command;
}

}  // namespace crafter
