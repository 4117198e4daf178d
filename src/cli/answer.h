// What a verb came to: the same thing for machines and for people.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"

namespace crafter::cli {

struct Answer {
  Json data;          ///< for --json
  std::string text;   ///< the same for people, on standard output
  std::string words;  ///< what else people want to know, on standard error; not when quiet
  std::vector<Diagnostic> warnings;
  std::optional<Failure> failure;  ///< it went wrong, although there are things to tell
};

}  // namespace crafter::cli
