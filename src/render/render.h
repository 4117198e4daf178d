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

/// Pure. Same plan, same catalog: same bytes. Fails with internal when a template or value of a
/// part is wrong, all of them at once, and as the catalog does when a file cannot be read.
Result<Tree> render(const Plan& plan, const Catalog& catalog);

/// The bytes of one value in one language: json, yaml, compose, toml, env or python. `comment` is
/// the first line of yaml, compose, toml and env: printable ASCII. Fails with internal when the
/// language cannot say the value.
Result<std::string> emit(std::string_view language, const Json& value,
                         std::string_view comment = {});

}  // namespace crafter
