// Who may come in: hosts, origins, tokens. The same for every route.

#pragma once

#include <optional>
#include <string>
#include <variant>

#include "mcp/http_server.h"

namespace crafter::mcp {

/// A whole answer that needs no waiting. `headers` are lines with their ends.
struct HttpReply {
  int status = 200;
  std::string body = {};
  std::string headers = {};
};

/// Whether a Host or an Origin's host names this machine: localhost, 127.0.0.1 or [::1], with any
/// port or none.
bool is_loopback_host(std::string_view host);

class HttpGate {
 public:
  explicit HttpGate(const HttpOptions& options) : options_(options) {}

  /// The principal, or why not. Against DNS rebinding: Host must be ours, and Origin, where a
  /// browser sends one.
  [[nodiscard]] std::variant<std::string, HttpReply> admit(const HttpHead& head) const;

 private:
  [[nodiscard]] bool is_host_allowed(std::string_view host) const;
  [[nodiscard]] bool is_origin_allowed(std::string_view origin) const;

  const HttpOptions& options_;
};

}  // namespace crafter::mcp
