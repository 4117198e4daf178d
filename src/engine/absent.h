// The words for what is not there; the same for what may not be seen.

#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace crafter {

/// not_found with code "build.unknown".
Failure no_build(const std::string& id);
/// not_found with code "server.unknown": the nearest of `names`, or all of them, are the hint.
Failure no_server(const std::string& name, const std::vector<std::string>& names);

}  // namespace crafter
