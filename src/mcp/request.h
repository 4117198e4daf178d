// A request that knows everything about its caller, whatever era it came from.

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "base/json.h"
#include "mcp/call.h"
#include "mcp/rpc.h"

namespace crafter::mcp {

class Conversation;
class Dialect;

/// Where messages for one request go. Thread-safe. Nothing is sent after `finish`.
class Outlet {
 public:
  virtual ~Outlet() = default;
  /// A notification or a question that belongs to the request.
  virtual void send(std::string message) = 0;
  /// The answer; `code` is that of an error, else 0.
  virtual void finish(std::string message, int code) = 0;
  /// Whether messages of other requests travel there too.
  [[nodiscard]] virtual bool is_shared() const { return false; }
};

/// How a request's questions reach the client.
class Dialogue {
 public:
  virtual ~Dialogue() = default;
  /// Takes up what earlier rounds of the request left; why that cannot be, otherwise. Only for
  /// requests that may ask.
  virtual std::optional<RpcError> resume(Conversation&) { return std::nullopt; }
  virtual Result<JsonObject> ask(Conversation& conversation, const Questions& questions) = 0;
};

/// What the core sees. Whether it came from `_meta` in this very message or from an `initialize` an
/// hour ago is nobody's business.
struct Request {
  Json id;
  std::string method;
  JsonObject params;
  const Dialect* dialect = nullptr;
  std::string version;
  JsonObject capabilities;            ///< of the client, where a session knows them
  std::optional<LogLevel> log_level;  ///< the least that the client wants; nothing: none
  Json progress_token;                ///< null: none
  std::string principal;
  std::shared_ptr<Dialogue> dialogue;
};

/// Nothing when the answer comes later, by the Conversation.
using Answer = std::variant<std::monostate, JsonObject, RpcError>;

}  // namespace crafter::mcp
