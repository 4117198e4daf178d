// The crafter as an MCP server: its tools, resources and prompts, put onto any server.

#pragma once

#include "mcp/server.h"
#include "serve/desk.h"

namespace crafter {

/// An MCP server called mcp-crafter, without anything on it.
mcp::Server crafter_server();

/// create_mcp_server, update_server, get_build_status, list_servers, get_server_info and
/// delete_server. `desk` must outlive the server's transports.
Result<> offer_tools(mcp::Server& server, Desk& desk);
/// crafter://schema/form, crafter://catalog, and of every server its form and files; of every build
/// its log. `is_shared`: several principals call, so that nothing is listed or completed.
Result<> offer_resources(mcp::Server& server, Desk& desk, bool is_shared);
/// design_server, repair_form.
Result<> offer_prompts(mcp::Server& server);

}  // namespace crafter
