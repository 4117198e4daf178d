// Compares what a server lists with what the form says.

#pragma once

#include <string>

#include "draft/blueprint.h"
#include "mcp/client.h"

namespace crafter {

/// Each gives "" when the list begins with what the blueprint has, in its order and value by value
/// (members of schemas in their order too); else words on the first difference. More may follow:
/// what capabilities bring along.
std::string unlike_tools(const Blueprint& blueprint, mcp::Era era, const JsonArray& listed);
/// `templates` says which of both kinds of resources was listed.
std::string unlike_resources(const Blueprint& blueprint, bool templates, const JsonArray& listed);
std::string unlike_prompts(const Blueprint& blueprint, const JsonArray& listed);

/// Whether the server's name and version are the blueprint's; `server` is what it said about
/// itself.
std::string unlike_identity(const Blueprint& blueprint, mcp::Era era, const Json& server);

}  // namespace crafter
