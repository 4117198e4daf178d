// Starts, reaches and ends a generated server.

#include "check/server.h"

#include <fmt/core.h>

#include <chrono>

#include "base/digest.h"
#include "base/text.h"
#include "os/connection.h"
#include "os/sandbox.h"

namespace crafter {
namespace {

using std::chrono::milliseconds;
using Time = std::chrono::steady_clock;

constexpr milliseconds kListening{20'000};
constexpr milliseconds kLook{25};
constexpr milliseconds kEndOfInput{2'000};
constexpr milliseconds kTerminated{5'000};
constexpr int kPort = 8000;
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

/// Where a server listens: it has all ports to itself behind the fence; without one, a port on
/// which nobody answers now, sought from a place of its own for every folder.
int port_for(const Ground& ground) {
  if (ground.sandboxed) return kPort;
  int port = 20'000 + std::stoi(sha256(ground.folder).substr(0, 3), nullptr, 16);
  for (; port < 40'000; ++port) {
    const auto taken = connect_loopback(port);
    if (!taken) return port;
    const Connection closing(*taken);
  }
  return kPort;
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

Result<Server> Server::on_stdio(const Ground& ground) {
  TRY(auto child,
      Child::start(project_command(ground, {ground.environment.python, "-m", "src.main"})));
  return Server(std::move(child), ground.sandboxed, 0);
}

Result<Server> Server::on_http(const Ground& ground, std::stop_token stop) {
  const int port = port_for(ground);
  TRY(auto child,
      Child::start(project_command(
          ground, {"/bin/sh", "-c", kTerminator, "sh", ground.environment.python, "-m", "src.main",
                   "--http", "--host", std::string(kHost), "--port", std::to_string(port)})));
  Server server(std::move(child), ground.sandboxed, port);
  TRY(server.listen(stop));
  return server;
}

Result<int> Server::connect() const {
  return sandboxed_ ? connect_inside(child_->pid(), port_) : connect_loopback(port_);
}

Result<> Server::listen(const std::stop_token& stop) {
  const auto end = Time::now() + kListening;
  while (Time::now() < end) {
    TRY(const auto code, wait(kLook, stop));
    if (code)
      return misbehaved("check.exit", fmt::format("ended with exit code {} before it listened\n{}",
                                                  *code, errors()));
    const auto connected = connect();
    if (!connected) continue;
    const Connection closing(*connected);
    return {};
  }
  return misbehaved("check.silent", fmt::format("did not listen within {} seconds\n{}",
                                                kListening / std::chrono::seconds(1), errors()));
}

std::string Server::host() const { return fmt::format("{}:{}", kHost, port_); }

std::unique_ptr<mcp::Transport> Server::transport(mcp::Era era) {
  if (port_ == 0) return mcp::stdio_transport(*child_);
  return mcp::http_transport([this] { return connect(); }, host(), "/mcp", era);
}

Result<> Server::end(const std::stop_token& stop) {
  const milliseconds limit = port_ == 0 ? kEndOfInput : kTerminated;
  child_->close_input();
  TRY(const auto code, wait(limit, stop));
  if (!code)
    return misbehaved("check.exit", fmt::format("did not end within {} seconds of {}",
                                                limit / std::chrono::seconds(1),
                                                port_ == 0 ? "the end of its input" : "SIGTERM"));
  if (*code != 0) return misbehaved("check.exit", fmt::format("ended with exit code {}", *code));
  return port_ == 0 ? is_quiet(*child_) : Result<>();
}

Result<std::optional<int>> Server::wait(milliseconds limit, const std::stop_token& stop) {
  const auto end = Time::now() + limit;
  while (Time::now() < end) {
    if (stop.stop_requested()) return Failure(Fault::cancelled, "check.cancelled", "cancelled");
    if (const auto code = child_->wait(kLook)) return code;
  }
  return std::optional<int>();
}

}  // namespace crafter
