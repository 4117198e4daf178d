// Requirements of PEP 508, as far as a form may state them: a name, extras, versions.

#pragma once

#include <string>
#include <string_view>

namespace crafter {

/// A requirement taken apart, or what is wrong with it (`problem` is empty when nothing is).
struct Requirement {
  std::string name;  ///< as written
  std::string problem;
  std::string hint;
};

/// name[extra,...] specifier,... and nothing else: no marker, no URL, no path, no option.
/// Specifiers are those of PEP 440, complete.
Requirement parse_requirement(std::string_view text);

/// Whether `text` is one clause of a version specifier: "~=2.9", "==1.*", ">=1.0rc1".
bool is_version_clause(std::string_view text);

}  // namespace crafter
