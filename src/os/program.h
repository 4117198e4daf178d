// Where this program lies.

#pragma once

#include <string>

#include "base/result.h"

namespace crafter {

/// The absolute path of the running program, links resolved. unavailable without /proc.
Result<std::string> program_path();

}  // namespace crafter
