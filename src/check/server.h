// A generated server as a running process, over stdio or listening for HTTP.

#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "check/ground.h"
#include "mcp/client.h"

namespace crafter {

class RunningServer {
 public:
  /// Starts `python -m src.main` on stdio.
  static Result<RunningServer> on_stdio(const Ground& ground);
  /// Starts it on HTTP, on a port of its own choice.
  static Result<RunningServer> on_http(const Ground& ground);
  /// Waits until it says that it listens; unverified when it does not within 20 seconds.
  Result<> listen(const std::stop_token& stop);

  /// On stdio there is one transport for the whole life; over HTTP each call makes another. The
  /// server must stay where it is meanwhile.
  std::unique_ptr<mcp::Transport> transport(mcp::Era era);
  /// A connection to a server on HTTP, owned by the caller; `host` is what it calls itself.
  [[nodiscard]] Result<int> connect() const;
  [[nodiscard]] std::string host() const;

  /// Ends it as its users would, by the end of input or by SIGTERM; unverified (code "check.exit")
  /// when it does not end in time, with exit code 0, and without another word on standard output.
  Result<> end(const std::stop_token& stop);

  [[nodiscard]] std::string errors() { return child_->errors(); }

 private:
  RunningServer(std::unique_ptr<Child> child, bool sandboxed, bool is_http)
      : child_(std::move(child)), sandboxed_(sandboxed), is_http_(is_http) {}

  /// Its exit code, or nothing when it still runs after `limit`.
  Result<std::optional<int>> wait(std::chrono::milliseconds limit, const std::stop_token& stop);

  std::unique_ptr<Child> child_;
  bool sandboxed_;
  bool is_http_;
  int port_ = 0;
};

}  // namespace crafter
