// The verbs that take time: working a build, proving, deleting and starting a server.

#pragma once

#include <stop_token>
#include <string>

#include "engine/crafter.h"
#include "engine/state.h"
#include "engine/workspace.h"

namespace crafter {

/// What the journal keeps of a submission: {"form", "proof", "unsandboxed"}, of an update also
/// {"conflict"}; never a secret.
Json journal_form(const Json& form, const ProofWish& wish);
Json journal_form(const Json& form, const ProofWish& wish, ConflictStyle style);

/// Takes a pending build to its end, by whoever submitted it.
Result<Made> work_one(Crafter::State& state, Workspace& workspace, const std::string& build_id,
                      const Listener& listener, std::stop_token stop);

Result<Proof> check_project(Crafter::State& state, Workspace& workspace, const std::string& name,
                            const ProofWish& wish, const ProofProgress& progress,
                            std::stop_token stop);

/// Moves the project to the trash, as a build of kind "delete"; its id.
Result<std::string> remove_project(Workspace& workspace, const std::string& name,
                                   const Asker& asker);

Result<Launch> launch_of(Crafter::State& state, Workspace& workspace, const std::string& name,
                         const Crafter::LaunchWish& wish, const ProofProgress& progress,
                         std::stop_token stop);

}  // namespace crafter
