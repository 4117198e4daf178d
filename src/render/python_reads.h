// Which names a piece of Python reads without having bound them before.

#pragma once

#include <set>
#include <string_view>

namespace crafter {

/// The names that `body`, statements that begin at the margin, reads before a statement at its
/// margin binds them: outside of plain strings and comments, but inside of the fields of f-strings;
/// neither members (x.NAME) nor keywords of calls (f(NAME=1)); builtins only where they are not
/// called. It may name too many (a nested function's parameter), never too few in code that a
/// compiler takes. The views point into `body`.
std::set<std::string_view> names_read(std::string_view body);

}  // namespace crafter
