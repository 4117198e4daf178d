// What a plain scalar of YAML means.

#pragma once

#include <string_view>

#include "base/number.h"

namespace crafter {

/// Resolves an unquoted scalar by the core schema (YAML 1.2.2, section 10.3.2): null, a boolean, a
/// number or a string. NaN, infinities and numbers too large are problems.
Number read_plain_scalar(std::string_view text);

}  // namespace crafter
