// What the expressions of parts and templates see of a project.

#pragma once

#include <vector>

#include "catalog/part.h"
#include "draft/blueprint.h"

namespace crafter {

/// The facts of docs/formats/part.md, but for `options`, which differ from part to part. `parts`
/// are the blueprint's, in order. Fails as merged_requirements does, and with conflict when two
/// parts give one variable different values.
Result<Json> facts_of(const Blueprint& blueprint, const std::vector<const Part*>& parts);

/// Whether a condition that a part sets holds; "" does. Fails with internal, naming the part.
Result<bool> is_wanted(const Json& facts, const Part& part, const std::string& when);

}  // namespace crafter
