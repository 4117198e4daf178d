// Which paths a project may have, and which of them do not go together.

#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace crafter {

/// Why `path` cannot be a file of a project, or "": it is relative, names between "/" that no
/// system takes for something else (no "..", "\", ":" or control character, no dot or space at an
/// end), UTF-8.
std::string fault_of_path(std::string_view path);

/// Notes whose path is whose.
class Paths {
 public:
  /// Notes a file of `part`. A path that is there already, also when it differs in case only, and
  /// a file where there is a folder, are noted as conflicts.
  void add(const std::string& path, const std::string& part);
  /// All conflicts found.
  [[nodiscard]] Result<> check() const;

 private:
  struct Place {
    std::string path;
    std::string part;
    bool is_folder = false;
  };
  void take(const std::string& path, const std::string& part, bool is_folder);

  std::map<std::string, Place> places_;  // by lower-case path
  std::vector<Diagnostic> clashes_;
};

}  // namespace crafter
