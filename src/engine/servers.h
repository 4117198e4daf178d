// The servers of a workspace: what they are, read from their projects.

#pragma once

#include <string>
#include <vector>

#include "engine/values.h"
#include "engine/workspace.h"

namespace crafter {

Result<std::vector<Server>> servers_of(Workspace& workspace);
/// not_found, naming what there is, when no server has that name.
Result<Server> server_named(Workspace& workspace, const std::string& name);
Result<ServerDetails> details_of(Workspace& workspace, const std::string& name);

}  // namespace crafter
