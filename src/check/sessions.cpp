// Runs the project's own code, one function for each kind of process.

#include "check/sessions.h"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <tuple>

#include "base/text.h"
#include "check/conversation.h"
#include "check/forged.h"
#include "check/server.h"
#include "check/step.h"

namespace crafter {
namespace {

using Time = std::chrono::steady_clock;

constexpr std::chrono::minutes kTests{5};
constexpr int kNoTests = 5;  // pytest's exit code

/// Measures a step and words its failure.
class Showing {
 public:
  explicit Showing(std::string name) : begin_(Time::now()) { step_.name = std::move(name); }

  Shown done(Result<std::string> result, std::string_view output = {}) {
    step_.milliseconds = (Time::now() - begin_) / std::chrono::milliseconds(1);
    if (!result) return {step_, step_failure(step_.name, result.failure(), output)};
    step_.detail = *std::move(result);
    return {step_, std::nullopt};
  }

 private:
  Time::time_point begin_;
  ProofStep step_;
};

/// "38 passed, 2 skipped" of pytest's last line: "= 38 passed, 2 skipped in 1.76s =".
std::string summary(std::string_view output) {
  output = trim(output);
  std::string_view line = output.substr(output.rfind('\n') + 1);
  const auto end = line.rfind(" in ");
  if (end == line.npos) return {};
  line = line.substr(0, end);
  while (line.starts_with('=') || line.starts_with(' ')) line.remove_prefix(1);
  return std::string(line);
}

Result<std::string> judge_tests(const Outcome& outcome) {
  const auto wrong = [](std::string words) {
    return Failure(Fault::unverified, "check.tests", std::move(words));
  };
  const std::string words = summary(outcome.output);
  if (outcome.timed_out) return wrong(fmt::format("did not end within {} minutes", kTests.count()));
  if (outcome.exit_code == kNoTests) return wrong("the project has no tests");
  if (outcome.exit_code != 0)
    return wrong(words.empty() ? fmt::format("pytest ended with exit code {}", outcome.exit_code)
                               : words);
  return words.empty() ? "passed" : words;
}

Conversation conversation(RunningServer& server, mcp::Transport& transport, mcp::Era era,
                          const Blueprint& blueprint, std::stop_token stop) {
  return {.transport = transport,
          .era = era,
          .blueprint = blueprint,
          .between = [&server] { std::ignore = server.errors(); },  // it must not wait for a reader
          .stop = std::move(stop)};
}

std::string named(std::string_view transport, mcp::Era era) {
  return fmt::format("{} {}", transport, mcp::protocol_version(era));
}

Result<std::string> held_on_stdio(RunningServer& server, const Blueprint& blueprint, mcp::Era era,
                                  const std::stop_token& stop) {
  const auto transport = server.transport(era);
  Conversation talk = conversation(server, *transport, era, blueprint, stop);
  talk.calls_all = era == mcp::Era::legacy;
  TRY(std::string words, talk.hold());
  TRY(server.end(stop));
  return words;
}

Result<std::string> held_on_http(RunningServer& server, const Blueprint& blueprint, mcp::Era era,
                                 const std::stop_token& stop) {
  if (era == mcp::Era::legacy) TRY(server.listen(stop));
  const auto transport = server.transport(era);
  TRY(std::string words, conversation(server, *transport, era, blueprint, stop).hold());
  if (era == mcp::Era::legacy) return words;
  TRY(send_forged([&server] { return server.connect(); }, server.host(), stop));
  TRY(server.end(stop));
  return words + ", forged requests refused";
}

Shown talk_on_stdio(const Ground& ground, const Blueprint& blueprint, mcp::Era era,
                    const std::stop_token& stop) {
  Showing showing(named("stdio", era));
  auto server = RunningServer::on_stdio(ground);
  if (!server) return showing.done(std::move(server).failure());
  auto held = held_on_stdio(*server, blueprint, era, stop);
  return showing.done(std::move(held), server->errors());
}

std::vector<Shown> talk_on_http(const Ground& ground, const Blueprint& blueprint,
                                const std::stop_token& stop) {
  Showing first(named("http", mcp::Era::legacy));
  auto server = RunningServer::on_http(ground);
  if (!server) return {first.done(std::move(server).failure())};
  auto held = held_on_http(*server, blueprint, mcp::Era::legacy, stop);
  std::vector<Shown> shown{first.done(std::move(held), server->errors())};
  if (shown.front().failure) return shown;
  Showing second(named("http", mcp::Era::modern));
  held = held_on_http(*server, blueprint, mcp::Era::modern, stop);
  shown.push_back(second.done(std::move(held), server->errors()));
  return shown;
}

}  // namespace

std::vector<Shown> run_tests(const Ground& ground, std::stop_token stop) {
  Showing showing("tests");
  Command command = project_command(
      ground, {ground.environment.python, "-m", "pytest", "-p", "no:cacheprovider"});
  command.time_limit = kTests;
  auto outcome = run(command, std::move(stop));
  if (!outcome) return {showing.done(std::move(outcome).failure())};
  return {showing.done(judge_tests(*outcome), outcome->output + outcome->errors)};
}

std::vector<Shown> talk_with(const Ground& ground, const Blueprint& blueprint,
                             std::stop_token stop) {
  std::vector<Shown> shown;
  for (const auto era : {mcp::Era::legacy, mcp::Era::modern}) {
    shown.push_back(talk_on_stdio(ground, blueprint, era, stop));
    if (shown.back().failure) return shown;
  }
  std::ranges::move(talk_on_http(ground, blueprint, stop), std::back_inserter(shown));
  return shown;
}

}  // namespace crafter
