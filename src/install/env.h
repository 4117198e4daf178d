// The .env file of a project: secrets in a notation that four readers understand alike.

#pragma once

#include <map>
#include <string>

#include "base/result.h"

namespace crafter {

inline constexpr std::string_view kEnvPath = ".env";

/// NAME=value lines, sorted by name, below one line of comment. A value stands bare, or between
/// single quotes when compose, python-dotenv, systemd or bash would see more in it than its
/// characters. invalid_input for what neither can hold (a single quote, a line feed, a control
/// character, two backslashes or one at the end); the message names the variable, never its value.
Result<std::string> env_file(const std::map<std::string, std::string>& secrets);

}  // namespace crafter
