// The scripts that interpreters run for us: src/python/scripts/, embedded in the program.

#pragma once

#include <cstddef>
#include <string_view>

#include "os/memory.h"

namespace crafter {

/// All of them, sorted by name. cmake/embed.cmake makes the definition.
const EmbeddedFile* embedded_scripts();
std::size_t embedded_scripts_count();

/// The text of one; it must exist.
std::string_view script(std::string_view name);

}  // namespace crafter
