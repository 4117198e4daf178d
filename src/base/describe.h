// Values in the words of a message.

#pragma once

#include <string>

#include "base/json.h"

namespace crafter {

/// What a value is: "null", "the boolean true", "the string \"yes\"", "a list", "an object".
std::string describe(const Json& value);

}  // namespace crafter
