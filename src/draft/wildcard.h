// Words with * in them, as lists of the catalog use them.

#pragma once

#include <string_view>

namespace crafter {

/// Whether `text` is `pattern`, in which every * stands for any text.
bool fits_wildcard(std::string_view text, std::string_view pattern);

}  // namespace crafter
