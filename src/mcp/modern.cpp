// Revision 2026-07-28: no session, an envelope in every request.

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "mcp/header_value.h"
#include "mcp/message.h"
#include "mcp/named.h"
#include "mcp/revision.h"

namespace crafter::mcp {
namespace {

constexpr std::string_view kVersion = "2026-07-28";

class Modern final : public Revision {
 public:
  [[nodiscard]] std::string_view version() const override { return kVersion; }
  [[nodiscard]] bool has_sessions() const override { return false; }
  [[nodiscard]] JsonObject envelope(JsonObject params) const override;
  [[nodiscard]] Result<> check(const Json& result) const override;
  [[nodiscard]] Headers headers(const Json& message) const override;
  Result<Json> introduce(Client& client, Transport& transport, std::chrono::milliseconds limit,
                         std::stop_token stop) const override;
};

/// What the caller put into _meta (a progressToken) stays.
JsonObject Modern::envelope(JsonObject params) const {
  Json& meta = params["_meta"];
  if (!meta.is_object()) meta = JsonObject();
  JsonObject& members = meta.get_object();
  members["io.modelcontextprotocol/protocolVersion"] = kVersion;
  members["io.modelcontextprotocol/clientInfo"] = client_info();
  members["io.modelcontextprotocol/clientCapabilities"] = JsonObject();
  return params;
}

Result<> Modern::check(const Json& result) const {
  const std::string_view type = text_of(result, "resultType");
  if (type == "complete") return {};
  return broken("mcp.result_type", fmt::format("the result has resultType {}, not \"complete\"",
                                               type.empty() ? "nothing" : quote(type)));
}

Headers Modern::headers(const Json& message) const {
  const std::string_view method = text_of(message, "method");
  Headers headers{{"MCP-Protocol-Version", std::string(kVersion)},
                  {"Mcp-Method", header_value(method)}};
  const std::string_view member = named_member(method);
  const Json* params = find(message, "params");
  if (member.empty() || params == nullptr) return headers;
  const Json* value = find(*params, member);
  if (value != nullptr && value->is_string())
    headers["Mcp-Name"] = header_value(text_of(*params, member));
  return headers;
}

Result<Json> Modern::introduce(Client& client, Transport&, std::chrono::milliseconds limit,
                               std::stop_token stop) const {
  TRY(Json server, client.request("server/discover", {}, limit, stop));
  const Json* versions = find(server, "supportedVersions");
  const auto is_ours = [](const Json& one) { return one == Json(kVersion); };
  if (versions == nullptr || !versions->is_array() ||
      std::ranges::none_of(versions->get_array(), is_ours))
    return broken("mcp.version",
                  fmt::format("the server does not list {} among its supportedVersions", kVersion));
  const Json* capabilities = find(server, "capabilities");
  if (capabilities == nullptr || !capabilities->is_object())
    return broken("mcp.shape", "the result of server/discover has no capabilities");
  return server;
}

}  // namespace

const Revision& modern_revision() {
  static const Modern modern;
  return modern;
}

}  // namespace crafter::mcp
