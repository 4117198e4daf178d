#include "cli/talk.h"

#include <fmt/core.h>

#include <utility>

namespace crafter::cli {
namespace {

Failure with_errors(const Failure& failure, Child& child) {
  std::vector<Diagnostic> all = failure.diagnostics();
  if (all.front().hint.empty()) all.front().hint = child.errors();
  return {failure.fault(), std::move(all)};
}

}  // namespace

Result<Launch> launched_by(const Session& session, Crafter& crafter,
                           const Crafter::LaunchWish& wish) {
  const std::string name = session.arguments().operand(0);
  const auto progress = [&](const std::string& step, const std::string& words) {
    session.say(fmt::format("{}: {}\n", name, words.empty() ? step : words));
  };
  return crafter.launch(name, wish, progress, session.outside().stop);
}

Result<Talk> talk_to(Command command, std::chrono::seconds time, const std::stop_token& stop) {
  command.time_limit = time + kOpening;
  command.output_limit = std::size_t{64} << 20;
  Talk talk;
  TRY(talk.child, Child::start(command));
  talk.transport = mcp::stdio_transport(*talk.child);
  auto client = mcp::Client::open(*talk.transport, mcp::Era::modern, kOpening, stop);
  if (!client) return with_errors(client.failure(), *talk.child);
  talk.client = *std::move(client);
  return talk;
}

}  // namespace crafter::cli
