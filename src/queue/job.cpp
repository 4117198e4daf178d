// Decides who may speak for a build, and what becomes of it when they are gone.

#include "queue/job.h"

#include <fmt/core.h>

#include "queue/journal.h"

namespace crafter {

Failure cannot(const Build& build, std::string_view verb) {
  return {Fault::conflict, "build.state",
          fmt::format("build {} is {} and cannot {}", build.id, spelled(build.state), verb)};
}

Result<> check_held(const Job& job, std::string_view process) {
  if (is_final(job.build.state)) return cannot(job.build, "go on");
  if (job.owner == process) return {};
  return Failure(Fault::conflict, "build.lease_lost",
                 fmt::format("build {} belongs to another process now", job.build.id));
}

Result<> check_wanted(const Job& job, int progress) {
  if (!job.cancel || progress >= kInstalled) return {};
  return Failure(Fault::cancelled, "build.cancelled",
                 fmt::format("somebody asked to cancel build {}", job.build.id));
}

void take(Job& job, const std::string& process, std::int64_t milliseconds) {
  job.owner = process;
  job.lease_until = milliseconds + kLeaseMilliseconds;
}

void close(Job& job, BuildState state, std::string_view message, const std::string& now) {
  job.build.state = state;
  job.build.message = message;
  job.build.finished_at = now;
  job.owner.clear();
  job.lease_until = 0;
}

void release(Job& job, const std::string& now) {
  Build& build = job.build;
  const std::string evidence =
      fmt::format("its process was gone at {} % (\"{}\"), {} of {} times", build.progress,
                  build.step, ++build.attempts, kMostAttempts);
  if (job.cancel) return close(job, BuildState::cancelled, "cancelled: " + evidence, now);
  if (build.attempts >= kMostAttempts) {
    build.diagnostics = {{.code = "build.set_aside", .message = "set aside: " + evidence}};
    return close(job, BuildState::failed, build.diagnostics.front().message, now);
  }
  build.state = BuildState::pending;
  build.message = evidence;
}

}  // namespace crafter
