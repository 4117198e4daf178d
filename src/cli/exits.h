// How the program ends: one table from what went wrong to its exit code and its name.

#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"

namespace crafter::cli {

/// The exit codes and their names in the envelope, as `help` lists them.
struct Exit {
  int code;
  std::string_view name;

  bool operator==(const Exit&) const = default;
};

inline constexpr Exit kDone{0, "ok"};

Exit exit_of(const Failure& failure);

/// Why a build ended as it did, from the codes of its diagnostics.
Failure failure_of_build(bool was_cancelled, std::vector<Diagnostic> diagnostics,
                         std::string_view message);

}  // namespace crafter::cli
