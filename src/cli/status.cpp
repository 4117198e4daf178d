// status: how builds are doing, now or until they end.

#include <fmt/core.h>

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "cli/envelope.h"
#include "cli/exits.h"
#include "cli/session.h"
#include "cli/speech.h"
#include "cli/verbs.h"
#include "os/terminal.h"

namespace crafter::cli {
namespace {

constexpr int kLatest = 20;
constexpr std::chrono::milliseconds kPause{100};

std::vector<std::string> row_of(const Build& build) {
  return {build.id,
          build.server_name,
          build.kind,
          std::string(spelled(build.state)),
          fmt::format("{} %", build.progress),
          build.created_at,
          build.message.empty() ? build.step : build.message};
}

Answer answer_of(const Build& build) {
  std::string text =
      table({{"build", build.id},
             {"server", fmt::format("{} ({})", build.server_name, build.kind)},
             {"status", fmt::format("{}, {} %", spelled(build.state), build.progress)},
             {"step", build.step},
             {"message", build.message},
             {"created", build.created_at},
             {"finished", build.finished_at}});
  return {.data = to_json(build), .text = text + told(build.diagnostics, false)};
}

std::string line_of(const Event& event, const Manner& manner) {
  if (manner.json) return write_json(to_json(event)) + "\n";
  const std::string& step = event.message.empty() ? event.step : event.message;
  return fmt::format("{}  {:3} %  {}  {}\n", event.at, event.progress, spelled(event.state),
                     harmless(step));
}

Result<> pause(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, kPause, [] { return false; });
  if (stop.stop_requested())
    return Failure(Fault::cancelled, "status.cancelled", "no longer followed", "the build goes on");
  return {};
}

/// Prints the build's events, the old ones first, until there are no more to come.
Result<Build> follow(const Session& session, const Crafter& crafter, const std::string& id) {
  std::int64_t seen = 0;
  for (;;) {
    TRY(Build build, crafter.status(id));  // before its events, so that the last one is not missed
    TRY(const auto events, crafter.events(seen, id));
    for (const Event& event : events) {
      seen = event.number;
      if (!write_all(Stream::output, line_of(event, session.manner())))
        return Failure(Fault::unavailable, "os.closed", "cannot write to standard output");
    }
    if (is_final(build.state)) return build;
    TRY(pause(session.outside().stop));
  }
}

Result<Answer> latest(const Crafter& crafter) {
  TRY(const auto builds, crafter.latest(kLatest));
  JsonArray all;
  std::vector<std::vector<std::string>> rows;
  for (const Build& build : builds) {
    all.push_back(to_json(build));
    rows.push_back(row_of(build));
  }
  Answer answer{.data = {{"builds", std::move(all)}},
                .text = table(rows),
                .warnings = crafter.troubles()};
  if (builds.empty()) answer.words = "no builds yet\n";
  return answer;
}

}  // namespace

Result<Answer> status(const Session& session) {
  const std::string id = session.arguments().operand(0);
  const bool follows = session.arguments().has("--follow");
  if (follows && id.empty())
    return Failure(Fault::usage, "usage.operands", "--follow needs a BUILD_ID",
                   "usage: mcp-crafter status BUILD_ID --follow");
  TRY(const Crafter crafter, session.open());
  if (id.empty()) return latest(crafter);
  if (!follows) {
    TRY(const Build build, crafter.status(id));
    return answer_of(build);
  }
  TRY(const Build build, follow(session, crafter, id));
  Answer answer{.data = to_json(build)};
  if (build.state != BuildState::success)
    answer.failure =
        failure_of_build(build.state == BuildState::cancelled, build.diagnostics, build.message);
  return answer;
}

}  // namespace crafter::cli
