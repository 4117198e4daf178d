// Tree -> disk: one transaction that leaves the old project or the new one, whole.

#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "check/proof.h"
#include "install/lock.h"
#include "install/reconcile.h"
#include "os/directory.h"
#include "render/render.h"

namespace crafter {

/// The folder that makes another one a workspace; stage/, trash/ and scratch/ are in it.
inline constexpr std::string_view kStateFolder = ".mcp-crafter";

/// What belongs to a project beside its tree.
struct Extras {
  std::map<std::string, std::string> secrets;  ///< .env, 0600; nothing is written when empty
  Proof proof;
  std::string proven_at;      ///< RFC 3339, for proof.json alone
  std::string catalog_digest;
  std::string program_version;
};

struct Installed {
  std::vector<Change> changes;
};

/// Builds a new project completely in `state`/stage/`build_id`, makes it durable, and renames it to
/// `name` in `workspace` (RENAME_NOREPLACE): a kill leaves nothing there or all of it. conflict when
/// something is there. `seal`, when given, is called with the staged folder before the rename (a git
/// repository is made there). Both directories are on one file system: `state` is the workspace's
/// .mcp-crafter folder.
Result<Installed> install_new(Directory& workspace, Directory& state, const std::string& name,
                              const std::string& build_id, const Tree& tree, const Extras& extras,
                              const std::function<Result<>(Directory& staged)>& seal = {});

/// What deleting would meet: files that are edited or foreign, but for the derived ones (a data list
/// of the catalog: .venv, caches, uv.lock, .env).
struct Leftover {
  std::string path;
  std::string why;  ///< "edited" or "not ours"
};
Result<std::vector<Leftover>> leftovers(const Directory& project,
                                        const std::vector<std::string>& derived);

/// Moves `name` from the workspace into `state`/trash/`name`-`build_id` by one rename, then erases
/// the .env there. Never follows a link: a project that is one is refused (conflict).
Result<> move_to_trash(Directory& workspace, Directory& state, const std::string& name,
                       const std::string& build_id);
/// Removes everything in the trash.
Result<> purge_trash(Directory& state);

/// Finishes or removes what a killed process left: stages without a rename are removed. Called on
/// open by whoever holds the workspace's lock; idempotent.
Result<> recover(Directory& state, const std::vector<std::string>& running_build_ids);

/// Files of a project that differ from what was written, sorted: what `check --drift` reports.
struct Drift {
  std::string path;
  std::string what;  ///< "edited", "deleted"
};
Result<std::vector<Drift>> drift(const Directory& project);

}  // namespace crafter
