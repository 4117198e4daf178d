// Makes one value of what several parts say about one file.

#pragma once

#include <string>
#include <vector>

#include "base/json.h"

namespace crafter {

/// What one part says.
struct Contribution {
  std::string part;
  Json value;
};

/// In the given order objects are merged deeply, and lists appended, leaving out items that are
/// there already. Two scalars that differ, or values of different kinds, at one place are a
/// conflict that names both parts, the file and the place; all of them at once. Not empty.
Result<Json> merged(const std::vector<Contribution>& contributions, const std::string& path);

}  // namespace crafter
