// The catalog that is part of the program: the folder catalog/ as it was when it was built.

#pragma once

#include <cstddef>

#include "os/memory.h"

namespace crafter {

/// Its files, sorted by path and relative to catalog/; without the tests of the parts. For
/// `embedded_directory`. cmake/embed.cmake makes the definition.
const EmbeddedFile* embedded_catalog();
std::size_t embedded_catalog_count();

}  // namespace crafter
