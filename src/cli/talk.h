// A server of the workspace that runs, and our end of the talk with it.

#pragma once

#include <chrono>
#include <memory>

#include "cli/session.h"
#include "mcp/client.h"

namespace crafter::cli {

/// How long a server may take to begin, and to list what it has.
inline constexpr std::chrono::seconds kOpening{30};

/// The command that starts the server in the first operand; what takes long meanwhile is said.
Result<Launch> launched_by(const Session& session, Crafter& crafter,
                           const Crafter::LaunchWish& wish);

/// Ends the server when it ends.
struct Talk {
  std::unique_ptr<Child> child;
  std::unique_ptr<mcp::Transport> transport;
  std::unique_ptr<mcp::Client> client;
};

/// Starts a server on stdio for at most `time`, and introduces us. A failure without a hint gets
/// what the server said on standard error.
Result<Talk> talk_to(Command command, std::chrono::seconds time, const std::stop_token& stop);

}  // namespace crafter::cli
