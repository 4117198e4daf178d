// What the operating system's error numbers mean to us: one table.

#pragma once

#include <string_view>

#include "base/result.h"

namespace crafter {

/// The failure for errno `error` when something was to be done to `subject`:
/// "cannot write /w/a.txt: no space left on the device".
Failure system_failure(int error, std::string_view verb, std::string_view subject);

}  // namespace crafter
