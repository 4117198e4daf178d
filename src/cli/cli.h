// The command line: words in, text and an exit code out.

#pragma once

#include "cli/outside.h"

namespace crafter::cli {

/// Does what the words say, writes what came of it, and returns the exit code.
int obey(const Outside& outside);

}  // namespace crafter::cli
