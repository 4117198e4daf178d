// Stages and decides updates: docs/formats/lock.md says what is in the list.

#include "install/renew.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/digest.h"
#include "base/text.h"
#include "install/changes.h"
#include "os/owner.h"
#include "os/path.h"

namespace crafter {
namespace {

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
    TRY(stage_.write(kSeal, ""));
    const std::string place = stage_.location();
    const std::string stamp = place.empty() ? "" : stamp_of(join_path(place, kSeal));
    TRY(stage_.write(kList, write_pretty_json(to_json(name, steps_, stamp))));
    TRY(stage_.sync());
    return std::move(steps_);
  }

 private:
  Directory& stage_;
  std::vector<Step> steps_;
};

/// New secret values go behind those that are there; what is there is the user's.
Result<> stage_env(Stager& stager, const Extras& extras, const Directory& project) {
  TRY(const std::string lines, env_text(extras.secrets));
  TRY(const auto there, project.look(kEnvPath));
  const std::string path(kEnvPath);
  if (!there) return stager.write(path, "", lines, Access::secret);
  TRY(const std::string old, project.read(kEnvPath));
  const bool needs_end = !old.empty() && !old.ends_with('\n');
  const std::string added = lines.substr(lines.find('\n') + 1);  // without the words at its head
  return stager.write(path, sha256(old), old + (needs_end ? "\n" : "") + added, Access::secret);
}

/// What belongs to a project beside its tree; proof.json comes last: who finds it finds the rest.
Result<> stage_beside(Stager& stager, const std::vector<FileUpdate>& update, const Tree& want,
                      const std::string& build_id, const Extras& extras,
                      const Directory& project) {
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
  if (!extras.secrets.empty()) TRY(stage_env(stager, extras, project));
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
  TRY(stage_beside(stager, update, want, build_id, extras, project));
  return stager.finish(name);
}

Failure in_the_way(const std::string& name, const std::string& path) {
  return {Fault::conflict,
          {.code = "update.in_the_way",
           .file = join_path(name, path),
           .message = fmt::format("{} is in the way: it is not what the update needs there", path),
           .hint = "nothing was written; move it, and update again"}};
}

/// Whether the step's folder, or the nearest one above that is there, can take a file.
Result<> check_folder(const Directory& project, const std::string& name, const Step& step) {
  std::string folder = split_path(step.path).first;
  for (; !folder.empty(); folder = split_path(folder).first) {
    TRY(const auto there, project.look(folder));
    if (there && there->kind != EntryKind::folder) return in_the_way(name, folder);
    if (there) break;
  }
  const std::string place = project.location();
  if (place.empty() || may_write_in(folder.empty() ? place : join_path(place, folder))) return {};
  return Failure(Fault::unavailable, "update.permission",
                 fmt::format("cannot write in {}", join_path(name, folder)),
                 "nothing was written; check who owns it and what its permissions are");
}

/// Whatever would stop the update half-way is found here, before it is decided.
Result<> check_steps(const Directory& project, const std::string& name,
                     const std::vector<Step>& steps) {
  for (const Step& step : steps) {
    TRY(check_folder(project, name, step));
    TRY(const std::string now, digest_at(project, step.path));
    if (step.before == kWhatever && now == kNoFile) return in_the_way(name, step.path);
    if (step.before != kWhatever && now != step.before)
      return Failure(Fault::conflict, "update.changed",
                     fmt::format("{} was changed while the update was made", step.path),
                     "nothing was written; update again");
  }
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
  TRY(check_steps(*project, name, steps));
  return decide(state, stage, entry_of({name, build_id}));
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
  auto done = finish_update(workspace, state, name, build_id);
  if (!done) return unfinished(done.failure(), name);
  return done;
}

}  // namespace crafter
