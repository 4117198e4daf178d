// Plan -> Tree: every file's bytes.

#pragma once

#include <map>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "plan/plan.h"

namespace crafter {

/// One file with its bytes. `language` and `value` are kept of emitted files, so that the proof can
/// read the bytes back and compare.
struct TreeFile {
  std::string bytes;
  Access access = Access::normal;
  Owner owner = Owner::crafter;
  std::vector<std::string> parts;
  std::string language;
  Json value;

};

/// A whole project, by path.
using Tree = std::map<std::string, TreeFile, std::less<>>;

/// Pure. Same plan, same catalog: same bytes.
Result<Tree> render(const Plan& plan, const Catalog& catalog);

/// The bytes of one value in one language ("json", "yaml", "toml", "env", "python").
Result<std::string> emit(std::string_view language, const Json& value);

}  // namespace crafter
