// Who may come in: hosts, origins, tokens.

#include "mcp/http_gate.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "mcp/rpc.h"

namespace crafter::mcp {
namespace {

constexpr std::array<std::string_view, 3> kLoopback{"localhost", "127.0.0.1", "[::1]"};
constexpr std::string_view kBearer = "Bearer ";

HttpReply refuse(int status, std::string_view why, std::string headers = {}) {
  return {status, write_error(nullptr, {kInvalidRequest, std::string(why)}), std::move(headers)};
}

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// "name" of "name:port"; the port must be one.
std::optional<std::string_view> without_port(std::string_view host) {
  const std::size_t bracket = host.find(']');
  const std::size_t colon = host.find(':', bracket == host.npos ? 0 : bracket);
  if (colon == host.npos) return host;
  if (!is_port(host.substr(colon + 1))) return std::nullopt;
  return host.substr(0, colon);
}

std::string_view bearer_of(std::string_view authorization) {
  if (authorization.size() <= kBearer.size() ||
      !equal_name(authorization.substr(0, kBearer.size()), kBearer))
    return {};
  return authorization.substr(kBearer.size());
}

}  // namespace

bool is_loopback_host(std::string_view host) {
  const auto name = without_port(host);
  return name && std::ranges::any_of(kLoopback, [&](auto one) { return equal_name(one, *name); });
}

bool HttpGate::is_host_allowed(std::string_view host) const {
  if (is_loopback_host(host)) return true;
  const auto name = without_port(host);
  return std::ranges::any_of(options_.hosts, [&](const std::string& allowed) {
    return equal_name(allowed, host) || (name && equal_name(allowed, *name));
  });
}

bool HttpGate::is_origin_allowed(std::string_view origin) const {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (origin.starts_with(scheme) && is_loopback_host(origin.substr(scheme.size()))) return true;
  }
  return std::ranges::any_of(options_.origins,
                             [&](const std::string& allowed) { return allowed == origin; });
}

std::variant<std::string, HttpReply> HttpGate::admit(const HttpHead& head) const {
  if (!is_host_allowed(head.field("host").value_or("localhost")))
    return refuse(421, "Misdirected Request: this Host is not served here");
  const auto [origins, origin] = head.find("origin");
  if (origins > 1 || (origins == 1 && !is_origin_allowed(origin)))
    return refuse(403, "Forbidden: this Origin may not call");
  if (!options_.authenticate) return std::string();
  if (head.count("authorization") > 1) return refuse(400, "Bad Request: two Authorizations");
  Verdict verdict = options_.authenticate(bearer_of(head.field("authorization").value_or("")));
  if (verdict.status == 200) return std::move(verdict.principal);
  const std::string challenge = verdict.challenge.empty() ? "Bearer" : verdict.challenge;
  return refuse(verdict.status, verdict.status == 403 ? "Forbidden" : "Unauthorized",
                fmt::format("WWW-Authenticate: {}\r\n", challenge));
}

}  // namespace crafter::mcp
