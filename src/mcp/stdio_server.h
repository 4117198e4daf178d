// Serves one client over a pair of pipes: one message a line, every revision of the protocol.

#pragma once

#include <chrono>

#include "base/json.h"
#include "mcp/rpc.h"
#include "mcp/server.h"
#include "os/duplex.h"

namespace crafter::mcp {

struct StdioOptions {
  Limits limits = kIncoming;
  /// How long what runs may go on after the client closed its end.
  std::chrono::milliseconds grace = std::chrono::seconds(1);
};

/// Returns when the client closes its end or `pipes` is stopped. Requests of 2026-07-28 and, after
/// `initialize`, of older revisions are served side by side.
Result<> serve_stdio(Server& server, Duplex& pipes, const StdioOptions& options = {});

}  // namespace crafter::mcp
