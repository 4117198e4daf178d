// An MCP client over any transport, in any era.

#include "mcp/client.h"

#include <fmt/core.h>

#include <set>

#include "base/assert.h"
#include "base/text.h"
#include "mcp/message.h"
#include "mcp/revision.h"

namespace crafter::mcp {
namespace {

using std::chrono::milliseconds;
using Time = std::chrono::steady_clock;

constexpr int kMostPages = 1000;

class Speaker final : public Client {
 public:
  Speaker(Transport& transport, const Revision& revision)
      : transport_(transport), revision_(revision) {}

  Result<> introduce(milliseconds limit, std::stop_token stop) {
    TRY(server_, revision_.introduce(*this, transport_, limit, std::move(stop)));
    return {};
  }

  Result<Json> request(std::string_view method, JsonObject params, milliseconds limit,
                       std::stop_token stop) override;
  Result<JsonArray> list(std::string_view method, std::string_view member, milliseconds limit,
                         std::stop_token stop) override;
  [[nodiscard]] const Json& server() const override { return server_; }

 private:
  Transport& transport_;
  const Revision& revision_;
  std::int64_t last_id_ = 0;
  Json server_;
};

Result<Json> Speaker::request(std::string_view method, JsonObject params, milliseconds limit,
                              std::stop_token stop) {
  const Json message =
      request_message(Json(++last_id_), method, revision_.envelope(std::move(params)));
  TRY(const Json response, transport_.exchange(message, limit, std::move(stop)));
  if (const Json* error = find(response, "error"))
    return Failure(Fault::unverified, error_diagnostic(*error, method));
  const Json* result = find(response, "result");
  if (result == nullptr || !result->is_object())
    return broken("mcp.shape", fmt::format("the result of {} is no object", method));
  TRY(revision_.check(*result));
  return *result;
}

Result<JsonArray> Speaker::list(std::string_view method, std::string_view member,
                                milliseconds limit, std::stop_token stop) {
  const auto end = Time::now() + limit;
  JsonArray all;
  std::set<std::string, std::less<>> cursors;
  JsonObject params;
  for (int page = 0; page < kMostPages; ++page) {
    const auto left = std::chrono::ceil<milliseconds>(end - Time::now());
    TRY(const Json result, request(method, params, std::max(left, milliseconds(0)), stop));
    const Json* items = find(result, member);
    if (items == nullptr || !items->is_array())
      return broken("mcp.shape", fmt::format("the result of {} has no list of {}", method, member));
    all.insert(all.end(), items->get_array().begin(), items->get_array().end());
    const Json* cursor = find(result, "nextCursor");
    if (cursor == nullptr) return all;
    if (!cursor->is_string())
      return broken("mcp.shape", fmt::format("{}: nextCursor is no text", method));
    if (!cursors.insert(std::string(text_of(result, "nextCursor"))).second)
      return broken("mcp.pages", fmt::format("{}: the cursor {} came twice", method,
                                             quote(text_of(result, "nextCursor"))));
    params["cursor"] = *cursor;
  }
  return broken("mcp.pages", fmt::format("{} has over {} pages", method, kMostPages));
}

}  // namespace

const Revision& revision(Era era) {
  return era == Era::legacy ? legacy_revision() : modern_revision();
}

std::string_view protocol_version(Era era) { return revision(era).version(); }

JsonObject client_info() { return {{"name", "mcp-crafter"}, {"version", CRAFTER_VERSION}}; }

Result<std::unique_ptr<Client>> Client::open(Transport& transport, Era era, milliseconds limit,
                                             std::stop_token stop) {
  auto client = std::make_unique<Speaker>(transport, revision(era));
  TRY(client->introduce(limit, std::move(stop)));
  return std::unique_ptr<Client>(std::move(client));
}

}  // namespace crafter::mcp
