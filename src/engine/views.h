// The engine's values as JSON: what --json prints and what the MCP tools answer.

#pragma once

#include <cstddef>
#include <vector>

#include "engine/values.h"

namespace crafter {

/// {severity, code, pointer, file, line, column, message, hint}; the hint is null when there is
/// none.
Json to_json(const Diagnostic& diagnostic);
JsonArray to_json(const std::vector<Diagnostic>& diagnostics);

/// The first of them, long texts cut, so that all together stay below `bytes`; when some are left
/// out, a last one says how many.
std::vector<Diagnostic> brief(const std::vector<Diagnostic>& diagnostics, std::size_t bytes);
inline constexpr std::size_t kMostBytes = 40'000;

/// {level, sandboxed, steps: [{name, detail, milliseconds}], versions}
JsonObject to_json(const Proof& proof);
/// {build_id, server_name, path, status, progress, proof}; the proof is null unless it succeeded.
JsonObject to_json(const Made& made);
/// {build_id, server_name, kind, status, progress, step, message, created_at, finished_at,
/// diagnostics}; finished_at is null while it runs.
JsonObject to_json(const Build& build);
JsonObject to_json(const Event& event);
/// {name, path, template, complexity, capabilities, tools, status, build_id}
JsonObject to_json(const Server& server);
/// The same with form, files and proof.
JsonObject to_json(const ServerDetails& details);

}  // namespace crafter
