// The catalog as one workspace sees it: ours, under the workspace's parts, under the overlay.

#pragma once

#include <optional>
#include <string>

#include "catalog/catalog.h"

namespace crafter {

/// `workspace` is its folder, where there is one; `overlay` is --catalog DIR or "".
Result<Catalog> load_catalog(const std::optional<std::string>& workspace,
                             const std::string& overlay);

}  // namespace crafter
