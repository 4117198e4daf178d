// Paths inside a Directory: relative, plain, with no way up.

#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace crafter {

/// Fails (internal) unless `path` is one or more names between "/", none of them empty, "." or
/// "..".
Result<> check_path(std::string_view path);

/// "a/b/c" as {"a/b", "c"}; "c" as {"", "c"}.
std::pair<std::string, std::string> split_path(std::string_view path);

/// "a" and "b/c" make "a/b/c"; "" and "b" make "b".
std::string join_path(std::string_view folder, std::string_view name);

/// Whether `path` is strictly below `folder`; everything is below "".
bool is_below(std::string_view path, std::string_view folder);

}  // namespace crafter
