// Whether one number is a multiple of another, as people count: in decimal.

#pragma once

#include "base/json.h"

namespace crafter {

/// Exact for the decimal texts of both: 0.0075 is a multiple of 0.0001. `divisor` is above zero.
bool is_multiple(const Json& number, const Json& divisor);

}  // namespace crafter
