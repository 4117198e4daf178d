// A build and the process that works on it; pure steps of its life.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "queue/build.h"

namespace crafter {

inline constexpr std::int64_t kLeaseMilliseconds = 30'000;
inline constexpr int kMostAttempts = 3;

struct Job {
  Build build;
  std::string owner;             ///< process_identity(), or "" when it has ended
  std::int64_t lease_until = 0;  ///< milliseconds since boot
  bool cancel = false;           ///< somebody wishes it
};

/// The failure of what a build in this state cannot do: conflict with code "build.state".
Failure cannot(const Build& build, std::string_view verb);

/// Whether `process` may speak for the build.
Result<> check_held(const Job& job, std::string_view process);

/// Fails with cancelled when somebody wishes it and `progress` is not too far for that.
Result<> check_wanted(const Job& job, int progress);

/// Hands the job to `process`, whose time since boot it is.
void take(Job& job, const std::string& process, std::int64_t milliseconds);

/// Ends the job at `now` (RFC 3339).
void close(Job& job, BuildState state, std::string_view message, const std::string& now);

/// What becomes of a running job whose process is gone: pending again (and how far it was is kept
/// until it starts), cancelled when somebody wished that, failed when it was the third process.
void release(Job& job, const std::string& now);

}  // namespace crafter
