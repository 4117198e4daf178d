// An MCP client: speaks to one server over one transport in one era of the protocol.

#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "os/process.h"

namespace crafter::mcp {

/// The two lives of the protocol: with sessions and `initialize` (until 2025-11-25), and stateless
/// with a `_meta` envelope in every request (since 2026-07-28).
enum class Era { legacy, modern };

std::string_view protocol_version(Era era);

/// Carries JSON-RPC messages. One request is in flight at a time; notifications that arrive
/// meanwhile are kept for `Client::notifications`.
class Transport {
 public:
  virtual ~Transport() = default;
  /// Sends a request and returns the response object ({"jsonrpc","id","result"|"error"}).
  virtual Result<Json> exchange(const Json& request, std::chrono::milliseconds limit,
                                std::stop_token stop) = 0;
  virtual Result<> notify(const Json& notification) = 0;
  /// Everything but responses that came so far, in order; cleared by the call.
  virtual std::vector<Json> take_notifications() = 0;
};

/// Speaks newline-delimited JSON with `child`, which must outlive it. Anything on its standard
/// output that is no JSON-RPC message of this exchange is a failure (unverified, code "mcp.noise")
/// naming the line. A silent server fails with "mcp.time", one that has gone with "mcp.closed" and
/// its standard error as the hint.
std::unique_ptr<Transport> stdio_transport(Child& child);

/// Gives a fresh connection to the server; the transport owns and closes it.
using Connect = std::function<Result<int>()>;

/// Speaks Streamable HTTP/1.1 over connections that `connect` makes: JSON and SSE answers, session
/// id, version headers and, in the modern era, the Mcp-Method, Mcp-Name and Mcp-Param-* headers.
/// `host` goes into the Host header ("127.0.0.1:8000"); `headers` go with every request
/// ("Authorization"). A refusal by status is unverified: "mcp.error.<code>" when a JSON-RPC error
/// explains it, and "mcp.http.<status>".
std::unique_ptr<Transport> http_transport(Connect connect, std::string host, std::string path,
                                          Era era, std::map<std::string, std::string> headers = {});

/// Connected and introduced: `initialize` + `notifications/initialized`, or `server/discover`.
class Client {
 public:
  static Result<std::unique_ptr<Client>> open(Transport& transport, Era era,
                                              std::chrono::milliseconds limit,
                                              std::stop_token stop = {});
  virtual ~Client() = default;

  /// The result object of a request, with the era's envelope put on. A JSON-RPC error is a Failure
  /// (unverified) with code "mcp.error.<code>" and its message.
  virtual Result<Json> request(std::string_view method, JsonObject params,
                               std::chrono::milliseconds limit, std::stop_token stop = {}) = 0;
  /// All items of a paginated list: ("tools/list", "tools"), ("resources/list", "resources") ...
  virtual Result<JsonArray> list(std::string_view method, std::string_view member,
                                 std::chrono::milliseconds limit, std::stop_token stop = {}) = 0;
  /// What the server said about itself: the result of initialize or server/discover.
  [[nodiscard]] virtual const Json& server() const = 0;
};

}  // namespace crafter::mcp
