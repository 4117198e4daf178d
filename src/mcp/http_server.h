// Serves MCP over Streamable HTTP, every revision of the protocol on one path.

#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "mcp/http_head.h"
#include "mcp/server.h"

namespace crafter::mcp {

/// What authentication makes of a request.
struct Verdict {
  int status = 200;       ///< 401 or 403: refused
  std::string principal;  ///< who it is
  std::string challenge;  ///< for WWW-Authenticate: Bearer resource_metadata="..."
};

/// Judges a bearer token ("" where there is none), on every request, on the thread that serves all
/// connections: it must not wait. Compare secrets with equal_secret (base/seal.h).
using Authenticate = std::function<Verdict(std::string_view bearer)>;

struct HttpOptions {
  std::string address = "127.0.0.1";  ///< beyond loopback: `authenticate` and `hosts` are needed
  int port = 0;                       ///< 0: any
  std::string path = "/mcp";
  std::vector<std::string> hosts = {};    ///< besides loopback names: "mcp.example.com[:port]"
  std::vector<std::string> origins = {};  ///< besides loopback ones: "https://app.example.com"
  Authenticate authenticate = {};         ///< none: everybody is ""
  HttpLimits limits = {};
  std::size_t connections = 10'000;
  std::size_t sessions = 10'000;
  std::size_t unsent = 16U << 20;  ///< bytes that may wait for a slow client
  std::chrono::milliseconds request_time = std::chrono::seconds(30);  ///< to send one, or to read
  std::chrono::milliseconds idle_time = std::chrono::seconds(120);    ///< between requests
  std::chrono::milliseconds keep_alive = std::chrono::seconds(15);    ///< of silent streams
  std::chrono::milliseconds session_time = std::chrono::hours(1);     ///< without a request
  std::chrono::milliseconds drain_time = std::chrono::seconds(5);     ///< for what runs at the end
};

/// One thread serves all connections; slow handlers run on the server's workers.
class HttpServer {
 public:
  /// Listens. Fails with invalid_input for options that would expose it, unavailable when it
  /// cannot listen there. `server` must outlive it.
  static Result<std::unique_ptr<HttpServer>> open(Server& server, HttpOptions options);
  virtual ~HttpServer() = default;

  [[nodiscard]] virtual int port() const = 0;
  /// Serves until `stop` is requested; then takes no more, lets what runs end in its time, and
  /// returns.
  virtual Result<> run(const std::stop_token& stop) = 0;
};

}  // namespace crafter::mcp
