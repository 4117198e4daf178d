// The envelope: what --json prints, in one shape for every verb.

#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "cli/answer.h"
#include "engine/views.h"

namespace crafter::cli {

/// {ok, command, data, warnings, error}: error is null, or {code, message, diagnostics}.
Json envelope(std::string_view verb, const Answer& answer);

}  // namespace crafter::cli
