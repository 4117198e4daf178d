#include "engine/servers.h"

#include <algorithm>
#include <utility>

#include "base/digest.h"
#include "engine/absent.h"
#include "install/lock.h"

namespace crafter {
namespace {

std::vector<std::string> texts(const Json* list, std::string_view member = {}) {
  std::vector<std::string> found;
  if (list == nullptr || !list->is_array()) return found;
  for (const Json& item : list->get_array()) {
    if (!member.empty())
      found.emplace_back(text_of(item, member));
    else if (item.is_string())
      found.emplace_back(item.get_string());
  }
  return found;
}

/// The form as crafter.json holds it now, or as the build had it when the project is gone or its
/// crafter.json cannot be read.
Json form_of(Workspace& workspace, const std::string& name, const Json& built) {
  auto project = workspace.folder().open(name);
  if (!project) return built;
  auto text = (*project)->read("crafter.json");
  if (!text) return built;
  auto form = parse_json(*text, name + "/crafter.json");
  return form ? *std::move(form) : built;
}

Result<Server> described(Workspace& workspace, const ServerRow& row) {
  TRY(const auto made, workspace.journal().find(row.build_id));
  TRY(const auto there, workspace.folder().look(row.name));
  const Json* built = made ? find(made->form, "form") : nullptr;
  const Json form = form_of(workspace, row.name, built != nullptr ? *built : Json());
  return Server{.name = row.name,
                .path = workspace.project_path(row.name),
                .base = std::string(text_of(form, "template")),
                .complexity = std::string(text_of(form, "complexity")),
                .capabilities = texts(find(form, "capabilities")),
                .tools = texts(find(form, "custom_tools"), "name"),
                .status = !there ? "missing"
                          : made ? std::string(spelled(made->state))
                                 : "unknown",
                .build_id = row.build_id,
                .principal = row.principal};
}

std::vector<ServerDetails::File> files_of(const Lock& lock, const Directory& project) {
  std::vector<ServerDetails::File> files;
  for (const auto& [path, locked] : lock.files) {
    auto bytes = project.read(path);
    const bool same = bytes && sha256(*bytes) == locked.digest;
    files.push_back({path, locked.owner == Owner::user ? "user" : "crafter", locked.parts,
                     !bytes ? "deleted"
                     : same ? "unchanged"
                            : "edited"});
  }
  return files;
}

}  // namespace

Result<std::vector<Server>> servers_of(Workspace& workspace) {
  TRY(const auto rows, workspace.journal().servers());
  std::vector<Server> servers;
  for (const ServerRow& row : rows) {
    TRY(Server server, described(workspace, row));
    servers.push_back(std::move(server));
  }
  return servers;
}

Result<Server> server_named(Workspace& workspace, const std::string& name) {
  TRY(const auto rows, workspace.journal().servers());
  std::vector<std::string> names;
  for (const ServerRow& row : rows) {
    if (row.name == name) return described(workspace, row);
    names.push_back(row.name);
  }
  return no_server(name, names);
}

Result<ServerDetails> details_of(Workspace& workspace, const std::string& name) {
  TRY(Server server, server_named(workspace, name));
  TRY(auto project, workspace.folder().open(name));
  TRY(const Lock lock, read_lock(*project));
  ServerDetails details{.server = std::move(server),
                        .form = form_of(workspace, name, Json()),
                        .files = files_of(lock, *project),
                        .proof = Json()};
  if (auto text = project->read(kProofPath))
    if (auto proof = parse_json(*text, std::string(kProofPath), kTrusted)) details.proof = *proof;
  return details;
}

}  // namespace crafter
