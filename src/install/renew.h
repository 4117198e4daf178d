// Update -> disk: a written-down list of changes that is carried out to its end, whoever does it.

#pragma once

#include <functional>
#include <string>
#include <vector>

#include "install/install.h"
#include "install/update.h"

namespace crafter {

/// Brings an update into the project `name`. All new bytes and the list of changes are staged and
/// made durable; one rename to `state`/updating/ decides; then the list is carried out. A kill
/// before leaves the old project; after it, `finish_update` (which anybody may call) makes the new
/// one. conflict with code "update.changed" when the disk is no longer as it was when planned;
/// a failure with code "update.unfinished" is one after the decision. `extras.secrets` are
/// added to .env; uv.lock goes when `extras` has none and pyproject.toml changed.
Result<> install_update(Directory& workspace, Directory& state, const std::string& name,
                        const std::string& build_id, const std::vector<FileUpdate>& update,
                        const Tree& want, const Extras& extras);

/// Whether the update of that build was decided and is not yet carried out.
Result<bool> is_updating(const Directory& state, const std::string& name,
                         const std::string& build_id);

/// Carries out what is left of a decided update; nothing when there is nothing. A file that
/// somebody changed since stays as it is.
Result<> finish_update(Directory& workspace, Directory& state, const std::string& name,
                       const std::string& build_id);

/// An update that could not be finished: of that project, or ("") none that was begun here (code
/// "update.foreign").
struct Stuck {
  std::string name;
  Failure why;
};
/// Whether the journal knows an update of that server by that id.
using KnownUpdate =
    std::function<Result<bool>(const std::string& name, const std::string& build_id)>;

/// The same for all that killed processes left, those of running builds excepted. What cannot be
/// carried out is returned, and stops none of the others.
Result<std::vector<Stuck>> finish_updates(Directory& workspace, Directory& state,
                                          const RunningBuilds& running, const KnownUpdate& known);

}  // namespace crafter
