// Asks for what `create` needs and no flag has said.

#pragma once

#include <vector>

#include "cli/session.h"

namespace crafter::cli {

/// The given fields and the answers to the questions about the others; each answer is checked at
/// once. Ends with the plan and the question whether to go on. cancelled when the answer is no.
Result<std::vector<Override>> ask_for_form(const Session& session, const Crafter& crafter,
                                           std::vector<Override> given);

}  // namespace crafter::cli
