// Stages a new project beside the workspace's own, and renames it into place.

#include "install/install.h"

#include <fmt/core.h>

#include "base/digest.h"
#include "os/path.h"

namespace crafter {
namespace {

constexpr std::string_view kUvLock = "uv.lock";

/// What `write_beside` writes is not the tree's to bring.
Result<> check_tree(const Tree& tree) {
  for (const auto& [path, file] : tree)
    if (path == kEnvPath || path == kUvLock || is_below(path, ".crafter"))
      return Failure(Fault::internal, "install.reserved",
                     fmt::format("the tree holds {}, which is not a part's to write", path));
  return {};
}

Result<> check_free(const Directory& workspace, const std::string& name) {
  TRY(const auto there, workspace.look(name));
  if (!there) return {};
  return Failure(Fault::conflict, "install.exists",
                 fmt::format("there is something called {} in the workspace already", name),
                 "choose another name, or delete it");
}

Result<> write_tree(Directory& staged, const Tree& tree) {
  for (const auto& [path, file] : tree) TRY(staged.write(path, file.bytes, file.access));
  return {};
}

Result<> write_beside(Directory& staged, const std::string& build_id, const Tree& tree,
                      const Extras& extras) {
  const Lock lock = lock_of(tree, extras.program_version, extras.catalog_digest);
  TRY(staged.write(kLockPath, write_pretty_json(to_json(lock))));
  TRY(staged.write(kPackPath, pack(tree)));
  Json proof = to_json(extras.proof, tree_digest(tree), extras.proven_at);
  proof.as_object()["build_id"] = build_id;
  TRY(staged.write(kProofPath, write_pretty_json(proof)));
  if (!extras.proof.lock.empty()) TRY(staged.write(kUvLock, extras.proof.lock));
  if (extras.secrets.empty()) return {};
  TRY(const std::string env, env_text(extras.secrets));
  return staged.write(kEnvPath, env, Access::secret);
}

/// The rename is undone when it cannot be made durable: what failed is not there.
Result<> publish(Directory& workspace, const std::string& stage, const std::string& name) {
  const std::string from = join_path(kStateFolder, stage);
  TRY(workspace.rename(from, name));
  auto synced = workspace.sync();
  if (!synced) static_cast<void>(workspace.rename(name, from));
  return synced;
}

Result<> stage_and_publish(Directory& workspace, Directory& state, const std::string& name,
                           const std::string& build_id, const Tree& tree, const Extras& extras,
                           const std::function<Result<>(Directory& staged)>& seal) {
  const std::string stage = join_path("stage", build_id);
  TRY(state.remove(stage));  // an earlier attempt of the same build
  TRY(state.make_folder(stage));
  TRY(const auto staged, state.open(stage));
  TRY(write_tree(*staged, tree));
  TRY(write_beside(*staged, build_id, tree, extras));
  if (seal) TRY(seal(*staged));
  TRY(staged->sync());
  return publish(workspace, stage, name);
}

Digests digests_of(const Tree& tree) {
  Digests digests;
  for (const auto& [path, file] : tree) digests[path] = sha256(file.bytes);
  return digests;
}

}  // namespace

Result<std::string> env_text(const std::map<std::string, std::string>& secrets) {
  JsonArray variables;
  for (const auto& [name, value] : secrets)
    variables.push_back(JsonObject{{"name", name}, {"value", value}});
  TRY(const std::string lines, emit("env", variables));
  return "# Secrets of this server: not for version control, not for images.\n" + lines;
}

Result<Installed> install_new(Directory& workspace, Directory& state, const std::string& name,
                              const std::string& build_id, const Tree& tree, const Extras& extras,
                              const std::function<Result<>(Directory& staged)>& seal) {
  TRY(check_tree(tree));
  TRY(check_free(workspace, name));
  auto done = stage_and_publish(workspace, state, name, build_id, tree, extras, seal);
  if (done) return Installed{reconcile({}, {}, digests_of(tree))};
  static_cast<void>(state.remove(join_path("stage", build_id)));
  return std::move(done).failure();
}

std::string made_by(const Directory& project) {
  const auto text = project.read(kProofPath);
  const auto proof = text ? parse_json(*text, kProofPath, kTrusted) : Result<Json>(Json());
  return proof ? std::string(text_of(*proof, "build_id")) : "";
}

}  // namespace crafter
