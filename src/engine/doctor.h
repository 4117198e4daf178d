// Looks at the surroundings: what is there, what is missing, and what to do about it.

#pragma once

#include <vector>

#include "engine/values.h"

namespace crafter {

std::vector<Ailment> examine(const Surroundings& surroundings);

/// `unavailable` when nobody says where installed packages are to be kept.
Result<> check_cache(const Surroundings& surroundings);

}  // namespace crafter
