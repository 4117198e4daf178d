// Revision 2025-11-25: a session that begins with `initialize`.

#include <fmt/core.h>

#include "base/text.h"
#include "mcp/message.h"
#include "mcp/revision.h"

namespace crafter::mcp {
namespace {

constexpr std::string_view kVersion = "2025-11-25";
constexpr std::string_view kFirst = "initialize";

class Legacy final : public Revision {
 public:
  [[nodiscard]] std::string_view version() const override { return kVersion; }
  [[nodiscard]] bool has_sessions() const override { return true; }
  [[nodiscard]] JsonObject envelope(JsonObject params) const override { return params; }
  [[nodiscard]] Result<> check(const Json&) const override { return {}; }

  /// The version is negotiated by the first request and named by all that follow.
  [[nodiscard]] Headers headers(const Json& message) const override {
    if (text_of(message, "method") == kFirst) return {};
    return {{"MCP-Protocol-Version", std::string(kVersion)}};
  }

  Result<Json> introduce(Client& client, Transport& transport, std::chrono::milliseconds limit,
                         std::stop_token stop) const override {
    JsonObject params{{"protocolVersion", kVersion},
                      {"capabilities", JsonObject()},
                      {"clientInfo", client_info()}};
    TRY(Json server, client.request(kFirst, std::move(params), limit, stop));
    const std::string_view version = text_of(server, "protocolVersion");
    if (version != kVersion)
      return broken("mcp.version", fmt::format("the server wants protocol version {}, not {}",
                                               quote(version), kVersion));
    for (const char* member : {"capabilities", "serverInfo"}) {
      const Json* value = find(server, member);
      if (value == nullptr || !value->is_object())
        return broken("mcp.shape", fmt::format("the result of initialize has no {}", member));
    }
    TRY(transport.notify(notification_message("notifications/initialized")));
    return server;
  }
};

}  // namespace

const Revision& legacy_revision() {
  static const Legacy legacy;
  return legacy;
}

}  // namespace crafter::mcp
