// Environments of installed dependencies: one for each distinct set, shared by all projects.

#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"

namespace crafter {

/// Where things are: `cache` is $XDG_CACHE_HOME/mcp-crafter, `path` the PATH, `passed` the
/// variables that reach the network tools (proxy, certificates, index), as NAME=value.
struct PythonHome {
  std::string python;  ///< interpreter that environments are made of
  std::string cache;
  std::string path;
  std::vector<std::string> passed;
};

struct Environment {
  std::string python;   ///< absolute path of its interpreter
  std::string folder;   ///< the whole of it, to be bound read-only into a sandbox
  std::string base;     ///< the installation the interpreter belongs to (sys.base_prefix)
  std::string lock;     ///< the project's uv.lock
  std::vector<std::string> installed;  ///< "name==version", sorted
};

/// Makes or finds the environment of a project: `pyproject` is its pyproject.toml. Locks with uv,
/// installs wheels only, for the project's dependencies and its dev group. Cached by the set of
/// requirements, the interpreter and uv's version; made beside and renamed into place under a lock,
/// so that processes may ask at once and a kill leaves nothing half done. Uses the network only for
/// what the cache lacks: unavailable with what to do when that fails; invalid_input (code
/// "form.dependencies") when the requirements cannot be met together, with the resolver's words.
/// `say` hears one line for each thing that takes long.
Result<Environment> environment_for(const PythonHome& home, const std::string& pyproject,
                                    const std::function<void(std::string)>& say,
                                    std::stop_token stop);

/// The pinned uv program, downloaded once into the cache by pip with its hash checked.
Result<std::string> pinned_uv(const PythonHome& home, const std::function<void(std::string)>& say,
                              std::stop_token stop);

}  // namespace crafter
