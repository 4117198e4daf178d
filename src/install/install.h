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

/// The folder that makes another one a workspace; stage/, leaving/, trash/ and scratch/ are in it.
inline constexpr std::string_view kStateFolder = ".mcp-crafter";

/// What belongs to a project beside its tree.
struct Extras {
  std::map<std::string, std::string> secrets;  ///< .env, 0600; nothing is written when empty
  Proof proof;
  std::string proven_at;  ///< RFC 3339, for proof.json alone
  std::string catalog_digest;
  std::string program_version;
};

/// What .env says: a line of comment, then NAME=value, sorted by name, as `emit` has it.
Result<std::string> env_text(const std::map<std::string, std::string>& secrets);

struct Installed {
  std::vector<Change> changes;
};

/// Builds a new project completely in `state`/stage/`build_id`, makes it durable, and renames it to
/// `name` in `workspace` (RENAME_NOREPLACE): a kill leaves nothing there or all of it. conflict
/// when something is there. `seal`, when given, is called with the staged folder before the rename
/// (a git repository is made there). `state` is `workspace`/kStateFolder: both are one file system,
/// and the rename is one of `workspace`. Beside the tree come .crafter/, uv.lock and .env when
/// there is something to write; a tree that holds these itself is refused (internal).
Result<Installed> install_new(Directory& workspace, Directory& state, const std::string& name,
                              const std::string& build_id, const Tree& tree, const Extras& extras,
                              const std::function<Result<>(Directory& staged)>& seal = {});

/// The id of the build that installed a project, so that who takes that build over after a kill can
/// tell its tree from another one; "" when the project does not say.
std::string made_by(const Directory& project);

/// What deleting would meet: files that are edited or foreign, but for the derived ones. `derived`
/// are names: "uv.lock" at any depth, "*.pyc" any with that end, ".venv/" a folder with all below.
struct Leftover {
  std::string path;
  std::string why;  ///< "edited" or "not ours"
};
bool is_derived(std::string_view path, const std::vector<std::string>& derived);
Result<std::vector<Leftover>> leftovers(const Directory& project,
                                        const std::vector<std::string>& derived);

/// Takes `name` out of the workspace by one rename into `state`/leaving/`name`-`build_id`; there
/// .env is erased, and what is left moved on to trash/: no secret is ever in the trash. Never
/// follows a link: a project that is one is refused (conflict). Called again after a kill, it goes
/// on where it was; not_found when there is nothing of that name anywhere.
Result<> move_to_trash(Directory& workspace, Directory& state, const std::string& name,
                       const std::string& build_id);
/// Removes everything in the trash.
Result<> purge_trash(Directory& state);

/// The ids of the builds that are running, asked when it matters.
using RunningBuilds = std::function<Result<std::vector<std::string>>()>;

/// Finishes or removes what killed processes left: stages are removed, what was leaving gets to the
/// trash; those of running builds excepted. These are asked for after the folders were listed, so
/// that a build that starts meanwhile is safe. Idempotent; any process may call it at any time.
Result<> recover(Directory& state, const RunningBuilds& running);

/// Files of a project that differ from what was written, sorted: what `check --drift` reports. To
/// edit a file that is the user's own (crafter.json) is no drift.
struct Drift {
  std::string path;
  std::string what;  ///< "edited", "deleted"
};
Result<std::vector<Drift>> drift(const Directory& project);

}  // namespace crafter
