// Makes a finished project a git repository with one commit.

#pragma once

#include <stop_token>
#include <string>

#include "base/json.h"

namespace crafter {

/// Commits everything in `folder` that .gitignore lets through to a new repository. `wish` is a
/// part's "repository": {"branch", "message"}. The same tree gives the same bytes: identity and
/// time are fixed, no hooks are copied, the index holds no file times (docs/decisions). unavailable
/// when there is no git.
Result<> make_repository(const std::string& folder, const Json& wish, const std::string& path,
                         std::stop_token stop);

}  // namespace crafter
