// Carries out updates: docs/formats/lock.md says what is in the list.

#include "install/renew.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/digest.h"
#include "base/text.h"
#include "os/path.h"

namespace crafter {
namespace {

constexpr std::string_view kUpdating = "updating";
constexpr std::string_view kList = "changes.json";
constexpr std::string_view kNew = "new";
constexpr std::string_view kUvLock = "uv.lock";
constexpr std::string_view kWhatever = "*";

/// One change: of a file that has the digest `before` ("" for none, "*" for whatever is there).
struct Step {
  std::string path;
  std::string before;
  std::string after;  ///< "" to remove it
  Access access = Access::normal;
};

constexpr std::string_view kAccesses[] = {"normal", "executable", "secret"};

Json to_json(const Step& step) {
  return JsonObject{{"path", step.path},
                    {"before", step.before},
                    {"after", step.after},
                    {"access", kAccesses[static_cast<std::size_t>(step.access)]}};
}

Step step_of(const Json& json) {
  const std::string_view access = text_of(json, "access");
  const auto* found = std::ranges::find(kAccesses, access);
  return {.path = std::string(text_of(json, "path")),
          .before = std::string(text_of(json, "before")),
          .after = std::string(text_of(json, "after")),
          .access = found == std::end(kAccesses) ? Access::normal
                                                 : static_cast<Access>(found - kAccesses)};
}

std::string entry_of(const std::string& name, const std::string& build_id) {
  return join_path(kUpdating, fmt::format("{}-{}", name, build_id));
}

/// The digest of what is there: "" for nothing, a word for what is no file.
Result<std::string> digest_at(const Directory& project, const std::string& path) {
  TRY(const auto entry, project.look(path));
  if (!entry) return std::string();
  if (entry->kind != EntryKind::file) return std::string("no file");
  TRY(const std::string bytes, project.read(path));
  return sha256(bytes);
}

/// Collects the steps, and puts their new bytes into the stage.
class Stager {
 public:
  explicit Stager(Directory& stage) : stage_(stage) {}

  Result<> write(const std::string& path, std::string_view before, const std::string& bytes,
                 Access access = Access::normal) {
    steps_.push_back({path, std::string(before), sha256(bytes), access});
    return stage_.write(join_path(kNew, path), bytes, access);
  }
  void remove(const std::string& path, std::string_view before) {
    steps_.push_back({path, std::string(before), "", Access::normal});
  }
  Result<std::vector<Step>> finish(const std::string& name) {
    JsonArray list;
    for (const Step& step : steps_) list.push_back(to_json(step));
    const Json all = JsonObject{{"format", 1}, {"name", name}, {"steps", std::move(list)}};
    TRY(stage_.write(kList, write_pretty_json(all)));
    TRY(stage_.sync());
    return std::move(steps_);
  }

 private:
  Directory& stage_;
  std::vector<Step> steps_;
};

/// What belongs to a project beside its tree; proof.json comes last: who finds it finds the rest.
Result<> stage_beside(Stager& stager, const std::vector<FileUpdate>& update, const Tree& want,
                      const std::string& build_id, const Extras& extras, bool has_env) {
  const Lock lock = lock_of(want, extras.program_version, extras.catalog_digest);
  TRY(stager.write(std::string(kLockPath), kWhatever, write_pretty_json(to_json(lock))));
  TRY(stager.write(std::string(kPackPath), kWhatever, pack(want)));
  const bool has_other_packages = std::ranges::any_of(update, [](const FileUpdate& file) {
    return file.path == "pyproject.toml" && file.bytes;
  });
  if (!extras.proof.lock.empty())
    TRY(stager.write(std::string(kUvLock), kWhatever, extras.proof.lock));
  else if (has_other_packages)
    stager.remove(std::string(kUvLock), kWhatever);
  if (!extras.secrets.empty() && !has_env) {
    TRY(const std::string env, env_text(extras.secrets));
    TRY(stager.write(std::string(kEnvPath), "", env, Access::secret));
  }
  Json proof = to_json(extras.proof, tree_digest(want), extras.proven_at);
  proof.as_object()["build_id"] = build_id;
  return stager.write(std::string(kProofPath), kWhatever, write_pretty_json(proof));
}

Result<std::vector<Step>> staged(Directory& stage, const Directory& project,
                                 const std::string& name, const std::string& build_id,
                                 const std::vector<FileUpdate>& update, const Tree& want,
                                 const Extras& extras) {
  Stager stager(stage);
  for (const FileUpdate& file : update) {
    if (file.bytes) TRY(stager.write(file.path, file.before, *file.bytes, file.access));
    if (!file.rejected.empty()) TRY(stager.write(file.path + ".rej", "", file.rejected));
    if (file.deed == Deed::remove) stager.remove(file.path, file.before);
  }
  TRY(const auto env, project.look(kEnvPath));
  TRY(stage_beside(stager, update, want, build_id, extras, env.has_value()));
  return stager.finish(name);
}

Result<> check_unchanged(const Directory& project, const std::vector<Step>& steps) {
  for (const Step& step : steps) {
    if (step.before == kWhatever) continue;
    TRY(const std::string now, digest_at(project, step.path));
    if (std::string_view(now) != step.before)
      return Failure(Fault::conflict, "update.changed",
                     fmt::format("{} was changed while the update was made", step.path),
                     "nothing was written; update again");
  }
  return {};
}

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
  if (workspace.exchange(from, to)) return {};
  return workspace.write(to, *bytes, step.access);  // not every file system can do that
}

Result<> carry_out(Directory& workspace, const std::string& entry, const std::string& name,
                   const Step& step) {
  TRY(const auto project, workspace.open(name));
  TRY(const std::string now, digest_at(*project, step.path));
  const bool is_done = now == step.after;
  if (!is_done && step.before != kWhatever && now != step.before) return {};  // changed since
  if (is_done && !now.empty()) return {};
  if (step.after.empty()) {
    TRY(project->remove(step.path));
    return remove_empty_folders(*project, step.path);
  }
  const std::string from = join_path(kStateFolder, join_path(entry, join_path(kNew, step.path)));
  return put_in_place(workspace, from, join_path(name, step.path), step, now.empty());
}

Result<> carry_out_all(Directory& workspace, Directory& state, const std::string& entry) {
  TRY(const auto there, state.look(join_path(entry, kList)));
  if (!there) return state.remove(entry);  // being removed: all was done
  TRY(const std::string text, state.read(join_path(entry, kList)));
  TRY(const Json list, parse_json(text, std::string(kList), kTrusted));
  const std::string name(text_of(list, "name"));
  TRY(const auto folder, workspace.look(name));
  if (folder && folder->kind == EntryKind::folder) {
    const Json* steps = find(list, "steps");
    if (steps != nullptr && steps->is_array())
      for (const Json& step : steps->get_array())
        TRY(carry_out(workspace, entry, name, step_of(step)));
    TRY(workspace.sync());
  }
  // The project is new, and durable: what cannot be cleared up is found again, and changes nothing.
  if (state.remove(join_path(entry, kList))) static_cast<void>(state.remove(entry));
  return {};
}

Failure unfinished(const Failure& why, const std::string& name) {
  return {Fault::unavailable,
          {.code = "update.unfinished",
           .file = why.diagnostics().front().file,
           .message = why.message(),
           .hint = fmt::format("once this is mended, the next command finishes the update of {}",
                               name)}};
}

Result<> decide(Directory& state, const std::string& stage, const std::string& entry) {
  TRY(state.make_folder(kUpdating));
  TRY(state.rename(stage, entry));
  auto synced = state.sync();
  if (!synced) static_cast<void>(state.rename(entry, stage));
  return synced;
}

Result<> stage_and_decide(Directory& workspace, Directory& state, const std::string& name,
                          const std::string& build_id, const std::vector<FileUpdate>& update,
                          const Tree& want, const Extras& extras) {
  const std::string stage = join_path("stage", build_id);
  TRY(const auto project, workspace.open(name));
  TRY(state.remove(stage));
  TRY(state.make_folder(join_path(stage, kNew)));
  TRY(const auto folder, state.open(stage));
  TRY(const auto steps, staged(*folder, *project, name, build_id, update, want, extras));
  TRY(check_unchanged(*project, steps));
  return decide(state, stage, entry_of(name, build_id));
}

}  // namespace

Result<> install_update(Directory& workspace, Directory& state, const std::string& name,
                        const std::string& build_id, const std::vector<FileUpdate>& update,
                        const Tree& want, const Extras& extras) {
  auto decided = stage_and_decide(workspace, state, name, build_id, update, want, extras);
  if (!decided) {
    const auto stands = is_updating(state, name, build_id);  // it could not be taken back
    if (stands && *stands) return unfinished(decided.failure(), name);
    static_cast<void>(state.remove(join_path("stage", build_id)));
    return decided;
  }
  auto done = carry_out_all(workspace, state, entry_of(name, build_id));
  if (!done) return unfinished(done.failure(), name);
  return done;
}

Result<bool> is_updating(const Directory& state, const std::string& name,
                         const std::string& build_id) {
  TRY(const auto there, state.look(entry_of(name, build_id)));
  return there.has_value();
}

Result<> finish_update(Directory& workspace, Directory& state, const std::string& name,
                       const std::string& build_id) {
  return carry_out_all(workspace, state, entry_of(name, build_id));
}

Result<> finish_updates(Directory& workspace, Directory& state, const RunningBuilds& running) {
  TRY(const auto there, state.look(kUpdating));
  if (!there) return {};
  TRY(const auto entries, state.list(kUpdating));
  std::vector<std::string> left;
  for (const Entry& entry : entries)
    if (std::ranges::count(entry.path, '/') == 1) left.push_back(entry.path);
  if (left.empty()) return {};
  TRY(const auto ids, running());
  for (const std::string& entry : left)
    if (std::ranges::none_of(ids, [&](const auto& id) { return entry.ends_with(id); }))
      TRY(carry_out_all(workspace, state, entry));
  return {};
}

}  // namespace crafter
