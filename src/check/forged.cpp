// Writes HTTP by hand, wrong on purpose.

#include "check/forged.h"

#include <fmt/core.h>

#include <array>

#include "mcp/http_answer.h"

namespace crafter {
namespace {

constexpr std::chrono::milliseconds kAnswer{10'000};
constexpr std::size_t kBody = 1 << 20;
constexpr int kHeaderMismatch = -32020;
constexpr int kBadRequest = 400;
constexpr int kMisdirected = 421;  // RFC 9110, section 15.5.20

constexpr std::string_view kDiscover =
    R"({"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":{)"
    R"("io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
    R"("io.modelcontextprotocol/clientCapabilities":{}}}})";

struct Forged {
  std::string_view what;
  std::string_view host;  ///< "" for the true one
  std::string_view headers;
  int status;
};

constexpr std::array kForged{
    Forged{"a request without MCP-Protocol-Version", "", "Mcp-Method: server/discover\r\n",
           kBadRequest},
    Forged{"a request whose header names another revision than its body", "",
           "MCP-Protocol-Version: 2025-11-25\r\nMcp-Method: server/discover\r\n", kBadRequest},
    Forged{"a request for the host evil.example", "evil.example",
           "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: server/discover\r\n", kMisdirected}};

std::string written(const Forged& forged, const std::string& host) {
  return fmt::format(
      "POST /mcp HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n"
      "Accept: application/json, text/event-stream\r\nContent-Length: {}\r\n"
      "Connection: close\r\n{}\r\n{}",
      forged.host.empty() ? host : forged.host, kDiscover.size(), forged.headers, kDiscover);
}

bool is_refused(const Forged& forged, int status, const std::string& body) {
  if (status == forged.status) return true;
  const auto answer = parse_json(body);
  const Json* code = answer ? at_pointer(*answer, "/error/code") : nullptr;
  return forged.status == kBadRequest && code != nullptr && *code == kHeaderMismatch;
}

}  // namespace

Result<> send_forged(const mcp::Connect& connect, const std::string& host, std::stop_token stop) {
  for (const Forged& forged : kForged) {
    const Patience patience(kAnswer, stop);
    TRY(const int socket, connect());
    Connection connection(socket);
    TRY(connection.send(written(forged, host), patience));
    TRY(mcp::HttpAnswer answer, mcp::HttpAnswer::begin(connection, patience));
    TRY(const std::string body, answer.read_rest(kBody, patience));
    if (!is_refused(forged, answer.status(), body))
      return Failure(Fault::unverified, "check.forged",
                     fmt::format("{} was answered with HTTP status {} instead of {}", forged.what,
                                 answer.status(), forged.status));
  }
  return {};
}

}  // namespace crafter
