// Makes servers of forms, several side by side.

#pragma once

#include <vector>

#include "cli/answer.h"
#include "cli/session.h"
#include "cli/sources.h"

namespace crafter::cli {

/// Submits every source and works its build to the end, on as many threads as there are cores, and
/// shows how they get on. One answer for each, in the order of the sources.
std::vector<Answer> craft(const Session& session, Crafter& crafter,
                          const std::vector<Source>& sources, const ProofWish& wish);

}  // namespace crafter::cli
