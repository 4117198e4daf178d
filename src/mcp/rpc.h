// JSON-RPC 2.0 as a server reads and writes it.

#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "base/json.h"

namespace crafter::mcp {

/// Error codes of JSON-RPC and of the protocol (basic/index, "Error codes").
inline constexpr int kParseError = -32700;
inline constexpr int kInvalidRequest = -32600;
inline constexpr int kMethodNotFound = -32601;
inline constexpr int kInvalidParams = -32602;
inline constexpr int kInternalError = -32603;
inline constexpr int kHeaderMismatch = -32020;
inline constexpr int kMissingCapability = -32021;
inline constexpr int kUnsupportedVersion = -32022;
inline constexpr int kResourceNotFound = -32002;  // until 2025-11-25 only

/// What a message from outside may be at most.
inline constexpr Limits kIncoming{4U << 20, 64, 200'000, 4U << 20};

/// The error member of a response.
struct RpcError {
  int code = kInternalError;
  std::string message;
  Json data = nullptr;  ///< null: absent

  bool operator==(const RpcError&) const = default;
};

/// A message that is one. `params` is empty where it was absent; a response keeps all of itself in
/// `params`.
struct Incoming {
  enum class Kind { request, notification, response };

  Kind kind = Kind::request;
  Json id;  ///< null: none
  std::string method;
  JsonObject params;
};

/// A message that is none: how to answer it. `id` is null where none could be made out.
struct Refusal {
  Json id;
  RpcError error;
};

/// One message. Batches are refused (removed by 2025-06-18), names are compared exactly, a name
/// that stands twice, and an id that is neither text nor an integer, are refused.
std::variant<Incoming, Refusal> read_incoming(std::string_view text,
                                              const Limits& limits = kIncoming);

/// {"code", "message", "data"}.
JsonObject error_object(const RpcError& error);

/// Messages as they go out. A response to a null id has none (2025-11-25, JSONRPCErrorResponse).
std::string write_result(const Json& id, const JsonObject& result);
/// Up to where the result stands; then comes "}".
std::string begin_result(const Json& id);
std::string write_error(const Json& id, const RpcError& error);

}  // namespace crafter::mcp
