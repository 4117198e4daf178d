// Strings between quotes, as YAML, TOML and Python all read them.

#pragma once

#include <string>
#include <string_view>

namespace crafter {

/// `text` in `mark` (one quote character), on one line. Backslashes, `mark`, controls and whatever
/// is invisible are escaped; letters of all scripts stay readable. The escapes (\\ \" \b \t \n \f
/// \r \u0000 \U00000000) mean the same in YAML 1.2, TOML 1.0 and Python when `mark` is ".
std::string quoted(std::string_view text, char mark = '"');

}  // namespace crafter
