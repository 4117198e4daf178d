// The Python type of a JSON Schema, and how it is written down.

#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"

namespace crafter {

/// `name`, or `name[arguments...]`, or, with the name "|", a union of the arguments.
struct PythonType {
  std::string name;
  std::vector<PythonType> arguments;
};

/// As precise as Python's types are and no more: str int float bool None, list[...], dict[str,
/// Any], Literal[...] of an enum or const, unions; Any for everything else.
PythonType python_type(const Json& schema);

/// On one line.
std::string type_text(const PythonType& type);

/// The same broken at its brackets when it does not fit: `used` columns stand before it and
/// `behind` after it; further lines are indented by `indent` and more.
std::string type_lines(const PythonType& type, std::size_t indent, std::size_t used,
                       std::size_t behind);

/// Adds the names that have to be imported from `typing`.
void note_typing(const PythonType& type, std::set<std::string>& names);

}  // namespace crafter
