// Whether the defaults in a schema fit it.

#pragma once

#include <vector>

#include "jsonschema/jsonschema.h"

namespace crafter {

/// Every `default` that its own schema refuses, at the pointer of what is wrong in it:
/// /properties/a/default. Keywords that check_schema complains of are ignored.
std::vector<Violation> check_defaults(const Json& schema);

}  // namespace crafter
