// The pages of help, made from the tables of verbs and flags.

#pragma once

#include <string>

#include "cli/verbs.h"

namespace crafter::cli {

/// What the program can do, on one screen.
std::string help_page();
/// One verb: what it takes, does and answers.
std::string help_page(const Verb& verb);
/// What is said to somebody who said nothing.
std::string usage_page();

}  // namespace crafter::cli
