// Carries out updates that were decided: docs/formats/lock.md says what is in the list.

#include <fmt/core.h>

#include <algorithm>

#include "base/digest.h"
#include "install/changes.h"
#include "install/renew.h"
#include "os/path.h"

namespace crafter {
namespace {

/// Removes folders that a removed file leaves empty.
Result<> remove_empty_folders(Directory& project, std::string path) {
  for (std::size_t slash = path.rfind('/'); slash != path.npos; slash = path.rfind('/')) {
    path.resize(slash);
    TRY(const auto folder, project.look(path));
    if (!folder) continue;
    TRY(const auto entries, project.list(path));
    if (!entries.empty()) break;
    TRY(project.remove(path));
  }
  return {};
}

/// Whether what has the digest `now` is what the step replaces.
bool is_expected(const Step& step, const std::string& now) {
  return step.before == kWhatever ? now != kNoFile : now == step.before;
}

/// Swaps the staged file with the one there; back again when somebody was faster than our look.
Result<> exchange(Directory& workspace, const std::string& from, const std::string& to,
                  const Step& step) {
  TRY(workspace.exchange(from, to));
  TRY(const std::string came_out, digest_at(workspace, from));
  if (is_expected(step, came_out)) return {};
  TRY(workspace.exchange(from, to));
  return Failure(Fault::conflict, "update.changed",
                 fmt::format("{} was changed just now, and stays as it is", to));
}

bool is_unknown_to_the_disk(const Failure& failure) {
  const std::string& code = failure.diagnostics().front().code;
  return code == "os.unsupported" || code == "os.kernel";  // EINVAL, ENOSYS
}

/// Moves a staged file to its place, and what stood there into the stage: nothing half written is
/// ever in the project.
Result<> put_in_place(Directory& workspace, const std::string& from, const std::string& to,
                      const Step& step, bool is_new) {
  auto bytes = workspace.read(from);
  if (!bytes && bytes.failure().fault() != Fault::not_found) return std::move(bytes).failure();
  if (!bytes || sha256(*bytes) != step.after) return {};  // it was there, and somebody changed it
  if (is_new) {
    TRY(workspace.make_folder(to.substr(0, to.rfind('/'))));
    return workspace.rename(from, to);
  }
  auto exchanged = exchange(workspace, from, to, step);
  if (exchanged || !is_unknown_to_the_disk(exchanged.failure())) return exchanged;
  return workspace.write(to, *bytes, step.access);
}

Result<> carry_out(Directory& workspace, const std::string& entry, const std::string& name,
                   const Step& step) {
  TRY(const auto project, workspace.open(name));
  TRY(const std::string now, digest_at(*project, step.path));
  const bool is_done = now == step.after;  // of what is removed, an emptied folder may be left
  if (is_done && !now.empty()) return {};
  if (!is_done && !is_expected(step, now)) return {};  // changed since
  if (step.after.empty()) {
    TRY(project->remove(step.path));
    return remove_empty_folders(*project, step.path);
  }
  const std::string from = join_path(kStateFolder, join_path(entry, join_path(kNew, step.path)));
  return put_in_place(workspace, from, join_path(name, step.path), step, now.empty());
}

Result<> carry_out_all(Directory& workspace, Directory& state, const UpdateId& update) {
  const std::string entry = entry_of(update);
  TRY(const auto there, state.look(join_path(entry, kList)));
  if (!there) return state.remove(entry);  // being removed: all was done
  TRY(const auto steps, read_steps(state, entry));
  TRY(const auto folder, workspace.look(update.name));
  if (folder && folder->kind == EntryKind::folder) {
    for (const Step& step : steps) TRY(carry_out(workspace, entry, update.name, step));
    TRY(workspace.sync());
  }
  // The project is new, and durable: what cannot be cleared up is found again, and changes nothing.
  if (state.remove(join_path(entry, kList))) static_cast<void>(state.remove(entry));
  return {};
}

/// The names of the folders directly in updating/.
Result<std::vector<std::string>> entries_left(const Directory& state) {
  std::vector<std::string> left;
  TRY(const auto there, state.look(kUpdating));
  if (!there) return left;
  TRY(const auto entries, state.list(kUpdating));
  for (const Entry& entry : entries)
    if (std::ranges::count(entry.path, '/') == 1) left.push_back(entry.path);
  return left;
}

Result<> finish_entry(Directory& workspace, Directory& state, const std::string& entry,
                      const KnownUpdate& known) {
  const auto update = update_of(entry);
  if (!update) return foreign_update(state, entry, "its name is none of a build");
  TRY(const bool is_known, known(update->name, update->build_id));
  if (!is_known) return foreign_update(state, entry, "no build of this workspace made it");
  return carry_out_all(workspace, state, *update);
}

}  // namespace

Result<bool> is_updating(const Directory& state, const std::string& name,
                         const std::string& build_id) {
  TRY(const auto there, state.look(entry_of({name, build_id})));
  return there.has_value();
}

Result<> finish_update(Directory& workspace, Directory& state, const std::string& name,
                       const std::string& build_id) {
  return carry_out_all(workspace, state, {name, build_id});
}

Result<std::vector<Stuck>> finish_updates(Directory& workspace, Directory& state,
                                          const RunningBuilds& running, const KnownUpdate& known) {
  std::vector<Stuck> stuck;
  TRY(const auto left, entries_left(state));
  if (left.empty()) return stuck;
  TRY(const auto ids, running());
  for (const std::string& entry : left) {
    if (std::ranges::any_of(ids, [&](const auto& id) { return entry.ends_with(id); })) continue;
    auto done = finish_entry(workspace, state, entry, known);
    if (done) continue;
    const bool is_foreign = done.failure().diagnostics().front().code == "update.foreign";
    const auto update = update_of(entry);
    stuck.push_back({is_foreign || !update ? "" : update->name, std::move(done).failure()});
  }
  return stuck;
}

}  // namespace crafter
