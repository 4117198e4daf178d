// Reads .env files, so that what the emitter wrote can be compared with what was meant.

#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crafter {

/// Names and values in order. Lines that are blank or begin with # are left out; quotes around a
/// value, '...' or "...", are taken off. A line without "=" counts as a name without a value.
std::vector<std::pair<std::string, std::string>> env_lines(std::string_view text);

}  // namespace crafter
