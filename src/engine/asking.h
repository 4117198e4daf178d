// Asking twice with one key is asking once: the same build, or a conflict.

#pragma once

#include <optional>
#include <string_view>

#include "engine/state.h"

namespace crafter {

/// An asker whose `request` tells what is asked of `verb`, however its members are ordered. Values
/// of environment_vars may be secret and do not count.
Asker asker_of(std::string principal, std::string key, std::string_view verb,
               const JsonObject& request);

/// The build that the asker's key stands for, when it was used; conflict with code "build.key" when
/// that was for another request.
Result<std::optional<Ticket>> asked_before(Journal& journal, const Asker& asker);

/// The same for who looked before and found nothing: `otherwise` unless the key was used since.
Result<Ticket> asked_or(Journal& journal, const Asker& asker, Result<Ticket> otherwise);

/// Puts a build into the journal and keeps its submission; or gives the build that somebody else
/// put there with the same key in the meantime.
Result<Ticket> submitted(Crafter::State& state, Workspace& workspace, std::string_view kind,
                            const Json& form, Submission submission, const Asker& asker);

}  // namespace crafter
