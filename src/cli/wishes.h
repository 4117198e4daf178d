// Flags as the engine's wishes.

#pragma once

#include <string_view>

#include "cli/arguments.h"
#include "engine/values.h"

namespace crafter::cli {

/// --proof and --unsandboxed.
ProofWish proof_wish(const Arguments& arguments);

/// The number that a flag gives, between `least` and `most`; `otherwise` without the flag.
Result<int> number_of(const Arguments& arguments, std::string_view flag, int least, int most,
                      int otherwise);

}  // namespace crafter::cli
