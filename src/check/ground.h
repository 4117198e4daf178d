// Where the project's own processes run during a proof, and what they may see there.

#pragma once

#include <map>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "draft/blueprint.h"
#include "os/process.h"
#include "python/environment.h"

namespace crafter {

struct Ground {
  std::string folder;  ///< the scratch copy
  Environment environment;
  bool sandboxed = true;
  std::map<std::string, std::string> variables;  ///< what the server is configured with
};

/// The variables a server is proven with: the form's values, a dummy for whatever is required and
/// has none, and what the parts declare for the purpose. No secret is among them.
std::map<std::string, std::string> proof_variables(const Blueprint& blueprint,
                                                   const Catalog& catalog);

/// `words` in the project's folder with its own Python first in PATH; behind the fence when there
/// is one: it may write in the scratch copy alone.
Command project_command(const Ground& ground, std::vector<std::string> words);

}  // namespace crafter
