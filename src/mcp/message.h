// JSON-RPC 2.0 messages: what they are, and what is none.

#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace crafter::mcp {

/// What one message may be at most.
inline constexpr Limits kMessage{16U << 20, 128, 1'000'000, 16U << 20};

/// Whether `id` is there and may name a request: text or an integer.
bool is_id(const Json* id);

Json request_message(const Json& id, std::string_view method, JsonObject params);
Json notification_message(std::string_view method, JsonObject params = {});

/// The server broke the protocol: unverified, with `code`.
Failure broken(std::string_view code, std::string message, std::string hint = {});
/// What came is no message that may come now: unverified, "mcp.noise", quoting it.
Failure noise(std::string_view what, std::string_view why);
/// A JSON-RPC error object in answer to `method`: "mcp.error.<code>" and its message; its data, if
/// any, is the hint.
Diagnostic error_diagnostic(const Json& error, std::string_view method);
/// A server that is silent or gone has failed its proof: unavailable becomes unverified, "os.time"
/// becomes "mcp.time" and so on. Other failures stay as they are.
Failure blame_server(Failure failure);

/// Sorts what arrives while a request is in flight.
class Inbox {
 public:
  /// What is to be done about a message: at most one of these. Nothing for a notification.
  struct Sorted {
    std::optional<Json> response;  ///< the response to the request
    std::optional<Json> reply;     ///< what the server must be told, for it asked something
  };
  /// `text` must be one JSON-RPC message; a response must be that to `id`, a null id being that of
  /// an error only. Everything else is noise.
  Result<Sorted> sort(std::string_view text, const Json& id);
  /// The notifications so far, in order; cleared by the call.
  std::vector<Json> take();

 private:
  std::vector<Json> notifications_;
};

}  // namespace crafter::mcp
