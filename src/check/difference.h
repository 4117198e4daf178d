// Where two JSON values differ first.

#pragma once

#include <string>

#include "base/json.h"

namespace crafter {

/// "at /a/0: expected 1, found 2"; "" when both are equal as equal_json means it.
std::string difference(const Json& expected, const Json& found);

}  // namespace crafter
