// Takes projects out of the workspace, and clears up after killed processes.

#include <fmt/core.h>

#include <algorithm>

#include "install/install.h"
#include "os/path.h"

namespace crafter {
namespace {

constexpr std::string_view kStage = "stage";
constexpr std::string_view kLeaving = "leaving";
constexpr std::string_view kTrash = "trash";

std::string entry_of(const std::string& name, const std::string& build_id) {
  return fmt::format("{}-{}", name, build_id);
}

/// The second half of a deletion. Whatever of it was done before is not missed.
Result<> leave(Directory& state, const std::string& entry) {
  const std::string from = join_path(kLeaving, entry);
  const std::string to = join_path(kTrash, entry);
  TRY(const auto is_leaving, state.look(from));
  TRY(state.remove(join_path(is_leaving ? from : to, kEnvPath)));
  if (is_leaving) {
    TRY(state.make_folder(kTrash));
    TRY(state.rename(from, to));
  }
  return state.sync();
}

/// The names directly in a folder; none when it is not there.
Result<std::vector<std::string>> names_in(const Directory& state, std::string_view folder) {
  std::vector<std::string> names;
  TRY(const auto there, state.look(folder));
  if (!there) return names;
  TRY(const auto entries, state.list(folder));
  for (const Entry& entry : entries) {
    const std::string name = entry.path.substr(folder.size() + 1);
    if (name.find('/') == name.npos) names.push_back(name);
  }
  return names;
}

bool belongs_to_any(const std::string& entry, const std::vector<std::string>& build_ids) {
  return std::ranges::any_of(build_ids, [&](const auto& id) { return entry.ends_with(id); });
}

Result<> take_out(Directory& workspace, Directory& state, const std::string& name,
                  const std::string& entry) {
  TRY(state.make_folder(kLeaving));
  TRY(workspace.rename(name, join_path(kStateFolder, join_path(kLeaving, entry))));
  return workspace.sync();  // before anything in it is touched: it is here whole, or there
}

}  // namespace

Result<> move_to_trash(Directory& workspace, Directory& state, const std::string& name,
                       const std::string& build_id) {
  const std::string entry = entry_of(name, build_id);
  TRY(const auto project, workspace.look(name));
  if (project && project->kind != EntryKind::folder)
    return Failure(Fault::conflict, "install.no_folder",
                   fmt::format("{} is {}, not a project", name,
                               project->kind == EntryKind::link ? "a symbolic link" : "a file"),
                   "remove it yourself");
  TRY(const auto leaving, state.look(join_path(kLeaving, entry)));
  TRY(const auto gone, state.look(join_path(kTrash, entry)));
  if (leaving || gone) return leave(state, entry);
  if (!project)
    return Failure(Fault::not_found, "install.no_project",
                   fmt::format("there is no project {} in the workspace", name));
  TRY(take_out(workspace, state, name, entry));
  return leave(state, entry);
}

Result<> purge_trash(Directory& state) {
  TRY(state.remove(kTrash));
  return state.sync();
}

Result<> recover(Directory& state, const RunningBuilds& running) {
  TRY(const auto stages, names_in(state, kStage));
  TRY(const auto leaving, names_in(state, kLeaving));
  if (stages.empty() && leaving.empty()) return {};
  TRY(const auto ids, running());
  for (const std::string& stage : stages)
    if (!belongs_to_any(stage, ids)) TRY(state.remove(join_path(kStage, stage)));
  for (const std::string& entry : leaving)
    if (!belongs_to_any(entry, ids)) TRY(leave(state, entry));
  return {};
}

}  // namespace crafter
