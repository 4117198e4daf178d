// Finds scripts by name.

#include "python/scripts.h"

#include <algorithm>
#include <span>

#include "base/assert.h"

namespace crafter {

std::string_view script(std::string_view name) {
  const std::span scripts(embedded_scripts(), embedded_scripts_count());
  const auto found = std::ranges::find(scripts, name, &EmbeddedFile::path);
  CRAFTER_ASSERT(found != scripts.end());
  return found->bytes;
}

}  // namespace crafter
