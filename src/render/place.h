// Puts a submitted `implementation` where it belongs in a file, without changing what it means
// (docs/decisions: placing an implementation).

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace crafter {

/// A submitted body and what surrounds it.
struct Body {
  std::string_view implementation;      ///< dedented: see `dedented` of draft
  std::vector<std::string> properties;  ///< names of the arguments
  std::vector<std::string> present;  ///< those that are always there: required, or with a default
  std::string_view signature;        ///< of the function: its own names are not overlaid
  std::string_view tool;             ///< as on the wire
  std::string_view file;
};

/// Nothing but comments, blank lines, `pass` and `...`.
bool is_unwritten(std::string_view implementation);

/// Whether it defines the function `name` itself: imports, assignments and definitions, one of them
/// of `name`. Then it stands at module level, as it is.
bool is_definition(std::string_view implementation, std::string_view name);

/// The lines of the function's body, indented by four spaces. String contents are copied byte for
/// byte. Bare argument names are bound first when the snippet uses them and never says `kwargs`. An
/// unwritten body keeps its comments and raises NotImplementedError.
std::string placed_body(const Body& body);

}  // namespace crafter
