// Updates of a project: from the form on its disk to the files that change.

#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/build.h"
#include "engine/state.h"

namespace crafter {

/// An update, thought through.
struct Updating {
  Blueprint blueprint;
  Rendering rendering;
  Lock lock;      ///< as it is on the disk
  Standing now;   ///< what is on the disk
  std::vector<FileUpdate> files;
  std::map<std::string, std::string> secrets;  ///< that .env does not have yet
  bool has_env = false;
  bool drops_lock = false;  ///< uv.lock goes: it is out of date, and nothing is proven
};

/// The form on the disk with the wished changes, and what it would do. usage when they name another
/// server; invalid_input when crafter.json itself does; conflict ("update.env_differs") when
/// a secret value is given that .env says otherwise: it is the only copy.
Result<Updating> updating_of(Crafter::State& state, Workspace& workspace, const UpdateWish& wish);

UpdatePreview preview_of(const Updating& updating, const Workspace& workspace,
                         const UpdateWish& wish);
/// Whether neither a file, nor what is known of files, nor .env would change.
bool changes_nothing(const Updating& updating);
/// The conflicts, as a failure: code "update.conflict".
Failure conflicts_of(const Updating& updating, const std::string& name);

/// Builds an update: plans it again, proves the project as it will be, and installs that. A project
/// with conflicts written into it cannot be proven: its proof says so. What was done is added to
/// `made`.
Result<Proof> build_update(const Submission& submission, const Build& job, const Bench& bench,
                           Made* made);

}  // namespace crafter
