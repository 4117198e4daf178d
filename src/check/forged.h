// Requests over HTTP that a server must refuse, whoever sends them.

#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "mcp/client.h"

namespace crafter {

/// Sends a request of 2026-07-28 without its version header, one with the header of another era,
/// and one for another Host; `host` is the true one. unverified when one of them is not refused.
Result<> send_forged(const mcp::Connect& connect, const std::string& host, std::stop_token stop);

}  // namespace crafter
