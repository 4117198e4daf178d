// Headers of 2026-07-28 that must say the same as the body.

#pragma once

#include <optional>
#include <vector>

#include "mcp/header_value.h"
#include "mcp/http_head.h"
#include "mcp/rpc.h"

namespace crafter::mcp {

/// MCP-Protocol-Version, Mcp-Method and Mcp-Name: there once, and equal
/// (basic/transports/streamable-http, "Server Validation"). kHeaderMismatch otherwise.
std::optional<RpcError> check_fields(const HttpHead& head, const Incoming& incoming);

/// The Mcp-Param-* headers of a tool, beside its arguments.
std::optional<RpcError> check_param_fields(const HttpHead& head, const JsonObject& params,
                                           const std::vector<ParamHeader>& expected);

}  // namespace crafter::mcp
