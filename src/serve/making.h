// The tools that make builds. All problems come at once, as a tool error that a model can act on.

#pragma once

#include "mcp/server.h"
#include "serve/desk.h"

namespace crafter {

/// The form, and an idempotency_key.
JsonObject create_input(const Catalog& catalog);
/// {server_name, updates: fields of a form, idempotency_key}
JsonObject update_input(const Catalog& catalog);

Result<mcp::ToolResult> create_server(Desk& desk, mcp::Call& call);
Result<mcp::ToolResult> update_server(Desk& desk, mcp::Call& call);

}  // namespace crafter
