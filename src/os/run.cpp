// A command from its start to its end.

#include <fmt/core.h>

#include "os/pump.h"
#include "os/stop_event.h"

namespace crafter {
namespace {

/// Time for what was written before the end to come through; only a process that left the group
/// can hold the pipes longer than the killed ones need to go.
constexpr std::chrono::milliseconds kLastWords{500};

Failure cancelled(const Command& command) {
  return {Fault::cancelled, "os.cancelled", fmt::format("{} was stopped", command.words.front())};
}

/// Output is moved out of the pump after every turn, so that it never stops reading.
void collect(Pump& pump, Kept* output) {
  output->add(pump.arrived);
  pump.arrived.clear();
}

}  // namespace

Result<Outcome> run(const Command& command, std::stop_token stop) {
  if (stop.stop_requested()) return cancelled(command);
  const auto begin = std::chrono::steady_clock::now();
  const Deadline deadline = deadline_in(command.time_limit);
  const StopEvent stopped(stop);
  TRY(Spawned child, Spawned::start(command));
  Pump pump(std::move(child), command.output_limit + 1);
  Kept output(command.output_limit);
  Outcome outcome;
  pump.unsent = command.input;
  for (Wake wake = Wake::moved; wake == Wake::moved; collect(pump, &output)) {
    if (pump.unsent.empty()) pump.close_input();
    wake = pump.turn(deadline, {.ended = pump.child().ended(), .stopped = stopped.number()});
    if (wake == Wake::stopped) return cancelled(command);
    outcome.timed_out = wake == Wake::late;
  }
  pump.child().kill_group();
  for (const Deadline end = deadline_in(kLastWords); !pump.is_silent(); collect(pump, &output)) {
    if (pump.turn(end, {}) == Wake::late) break;
  }
  outcome.exit_code = pump.child().exit_code();
  outcome.output = output.text();
  outcome.errors = pump.errors();
  outcome.took = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - begin);
  return outcome;
}

}  // namespace crafter
