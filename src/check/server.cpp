// Starts, reaches and ends a generated server.

#include "check/server.h"

#include <fmt/core.h>

#include <charconv>
#include <chrono>

#include "base/text.h"
#include "os/sandbox.h"

namespace crafter {
namespace {

using std::chrono::milliseconds;
using Time = std::chrono::steady_clock;

constexpr milliseconds kListening{20'000};
constexpr milliseconds kLook{25};
constexpr milliseconds kEndOfInput{2'000};
constexpr milliseconds kTerminated{5'000};
constexpr std::size_t kLine = 32U << 20;  // one message: a list of all tools of a large form
constexpr std::string_view kHost = "127.0.0.1";

/// Ends the server by SIGTERM when our end of its input closes: the signal has to come from inside
/// the fence, where its process is.
constexpr const char* kTerminator =
    "exec 3<&0\n"
    "\"$@\" </dev/null &\n"
    "pid=$!\n"
    "(read -r _ <&3; kill -TERM $pid) &\n"
    "wait $pid\n";

Failure misbehaved(std::string_view code, std::string fact) {
  return {Fault::unverified, std::string(code), std::move(fact)};
}

/// The port that a server says it listens on, once it does: "listening on
/// http://127.0.0.1:4711/mcp".
std::optional<int> port_in(std::string_view errors) {
  constexpr std::string_view kSign = "listening on http://127.0.0.1:";
  const auto at = errors.find(kSign);
  const auto end = at == errors.npos ? at : errors.find('/', at + kSign.size());
  if (end == errors.npos) return std::nullopt;
  int port = 0;
  std::from_chars(errors.data() + at + kSign.size(), errors.data() + end, port);
  return port;
}

/// What comes after the last answer must be messages too.
Result<> is_quiet(Child& child) {
  for (;;) {
    const auto line = child.read_line(kLook);
    if (!line || !line->has_value()) return {};
    if (!parse_json(**line))
      return misbehaved("mcp.noise",
                        fmt::format("wrote {} to its standard output at its end", quote(**line)));
  }
}

}  // namespace

Result<RunningServer> RunningServer::on_stdio(const Ground& ground) {
  Command command = project_command(ground, {ground.environment.python, "-m", "src.main"});
  command.environment["MCP_TRANSPORT"] = "stdio";  // whatever the form says for later
  command.output_limit = kLine;
  TRY(auto child, Child::start(command));
  return RunningServer(std::move(child), ground.sandboxed, false);
}

Result<RunningServer> RunningServer::on_http(const Ground& ground) {
  TRY(auto child,
      Child::start(project_command(
          ground, {"/bin/sh", "-c", kTerminator, "sh", ground.environment.python, "-m", "src.main",
                   "--http", "--host", std::string(kHost), "--port", "0"})));
  return RunningServer(std::move(child), ground.sandboxed, true);
}

Result<int> RunningServer::connect() const {
  return sandboxed_ ? connect_inside(child_->pid(), port_) : connect_loopback(port_);
}

Result<> RunningServer::listen(const std::stop_token& stop) {
  const auto end = Time::now() + kListening;
  while (Time::now() < end) {
    TRY(const auto code, wait(kLook, stop));
    if (code)
      return misbehaved("check.exit",
                        fmt::format("ended with exit code {} instead of listening", *code));
    if (const auto port = port_in(errors())) {
      port_ = *port;
      return {};
    }
  }
  return misbehaved("check.silent", fmt::format("did not say within {} seconds that it listens",
                                                kListening / std::chrono::seconds(1)));
}

std::string RunningServer::host() const { return fmt::format("{}:{}", kHost, port_); }

std::unique_ptr<mcp::Transport> RunningServer::transport(mcp::Era era) {
  if (!is_http_) return mcp::stdio_transport(*child_);
  return mcp::http_transport([this] { return connect(); }, host(), "/mcp", era);
}

Result<> RunningServer::end(const std::stop_token& stop) {
  const milliseconds limit = is_http_ ? kTerminated : kEndOfInput;
  child_->close_input();
  TRY(const auto code, wait(limit, stop));
  if (!code)
    return misbehaved("check.exit", fmt::format("did not end within {} seconds of {}",
                                                limit / std::chrono::seconds(1),
                                                is_http_ ? "SIGTERM" : "the end of its input"));
  if (*code != 0) return misbehaved("check.exit", fmt::format("ended with exit code {}", *code));
  return is_http_ ? Result<>() : is_quiet(*child_);
}

Result<std::optional<int>> RunningServer::wait(milliseconds limit, const std::stop_token& stop) {
  const auto end = Time::now() + limit;
  while (Time::now() < end) {
    if (stop.stop_requested()) return Failure(Fault::cancelled, "check.cancelled", "cancelled");
    if (const auto code = child_->wait(kLook)) return code;
  }
  return std::optional<int>();
}

}  // namespace crafter
