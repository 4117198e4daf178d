// Results of 2026-07-28 as older revisions know them.

#pragma once

#include <string_view>

#include "base/json.h"

namespace crafter::mcp {

/// Takes from the result of `method` what `version` (2025-11-25 or older) does not know: members
/// go, contents of a later kind become text that says the same.
void sieve(std::string_view version, std::string_view method, JsonObject& result);

}  // namespace crafter::mcp
