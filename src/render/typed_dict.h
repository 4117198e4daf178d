// A TypedDict for the arguments of a tool.

#pragma once

#include <set>
#include <string>

#include "base/json.h"

namespace crafter {

struct TypedDict {
  std::string text;              ///< the lines of the statement
  bool is_class = true;          ///< a class, or an assignment
  std::set<std::string> typing;  ///< what it needs of `typing`
};

/// From {"name", "schema", "doc"}. What is required or has a default is always there; the rest is
/// NotRequired. The functional syntax where a property's name cannot stand in a class. Of the
/// schema nothing but names and literals is written.
Result<TypedDict> typed_dict(const Json& statement);

}  // namespace crafter
