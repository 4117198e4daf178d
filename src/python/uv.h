// The one version of uv that makes environments, and how it and pip are run.

#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "os/disk.h"
#include "os/process.h"
#include "python/environment.h"

namespace crafter {

inline constexpr std::string_view kUvVersion = "0.13.9";

/// `words` with what `home` lets through to the network, a home folder inside the cache, and
/// nothing of the caller's own settings.
Command network_command(const PythonHome& home, std::vector<std::string> words);

/// Waits for the lock on `path`, as long as it takes or until `stop`; says so when it is taken.
Result<FileLock> wait_for_lock(const std::string& path, const std::function<void(std::string)>& say,
                               std::stop_token stop);

/// Whether a program's words mean that it could not reach the network.
bool is_unreachable(std::string_view words);

/// Whether they mean that this machine failed it: no space, no permission.
bool is_broken(std::string_view words);

/// The words of uv and pip as one line without their own progress; at most 600 bytes.
std::string condensed(std::string_view words);

}  // namespace crafter
