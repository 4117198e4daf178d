// What the tools answer.

#pragma once

#include <vector>

#include "mcp/server.h"
#include "serve/visitor.h"

namespace crafter {

/// A tool error with every diagnostic, as JSON in a text: {message, diagnostics}. It has no
/// structured content, for that would not fit the output schema, and clients check it.
mcp::ToolResult refused(const Failure& failure);

/// As build_schema() says.
JsonObject told(const Visitor& visitor, const Build& build);
/// The same as a result, which is an error when the build failed; with warnings where there are.
mcp::ToolResult answer_of(const Visitor& visitor, const Build& build,
                          const std::vector<Diagnostic>& warnings);
/// Of an update that has nothing to do: no build, status "unchanged".
mcp::ToolResult unchanged(const Visitor& visitor, const std::string& server_name,
                          const std::vector<Diagnostic>& warnings);

}  // namespace crafter
