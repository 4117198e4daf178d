// The envelope: what --json prints, in one shape for every verb.

#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "cli/answer.h"

namespace crafter::cli {

/// {severity, code, pointer, file, line, column, message, hint}; the hint is null when there is
/// none.
Json to_json(const Diagnostic& diagnostic);
JsonArray to_json(const std::vector<Diagnostic>& diagnostics);

/// The first of them, long texts cut, so that all together stay below `bytes`; when some are left
/// out, a last one says how many.
std::vector<Diagnostic> brief(const std::vector<Diagnostic>& diagnostics, std::size_t bytes);
inline constexpr std::size_t kMostBytes = 40'000;

/// {ok, command, data, warnings, error}: error is null, or {code, message, diagnostics}.
Json envelope(std::string_view verb, const Answer& answer);

}  // namespace crafter::cli
