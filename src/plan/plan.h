// Says what to write, and why, before anything is written.

#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "catalog/catalog.h"
#include "draft/blueprint.h"

namespace crafter {

/// How an Action's bytes come about, in order of preference.
enum class How { copy, emit, render };

/// One file of the project to be.
struct Action {
  std::string path;  ///< "src/modules/caching.py"
  How how = How::copy;
  std::string source;   ///< copy, render: where in the catalog; emit: the language
  Json value;           ///< emit: the final value, nothing left to evaluate
  std::string comment;  ///< emit: first line of yaml, compose, toml and env files, or ""
  Access access = Access::normal;
  Owner owner = Owner::crafter;
  std::vector<std::string> parts;  ///< who contributed, in order: the why of the file
};

/// Sorted by path; no path stands twice, also without regard to case.
struct Plan {
  Json facts;  ///< what expressions see, but for `options`: docs/formats/part.md
  std::vector<Action> actions;
};

/// Pure. Fails with conflict when parts disagree (all disagreements at once), internal when a part
/// is wrong: an expression, a value, a path (naming part, file and expression).
Result<Plan> plan(const Blueprint& blueprint, const Catalog& catalog);

/// What a part has to say to people who use it as this blueprint does.
struct Remark {
  std::string part;
  std::string message;
  std::string hint;
};

/// The notices of the blueprint's parts whose condition holds, in the order of the parts. Fails as
/// plan does.
Result<std::vector<Remark>> remarks(const Blueprint& blueprint, const Catalog& catalog);

}  // namespace crafter
