// What a tool, resource or prompt knows of the request that it serves, and may do meanwhile.

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"

namespace crafter::mcp {

/// RFC 5424, least severe first; spelled as on the wire.
enum class LogLevel { debug, info, notice, warning, error, critical, alert, emergency };

std::string_view name_of(LogLevel level);
std::optional<LogLevel> log_level(std::string_view name);

/// Something that only the client or its user can answer.
struct Question {
  std::string method;  ///< elicitation/create, sampling/createMessage or roots/list
  JsonObject params;
};

/// Asks the user to fill in a flat form: `schema` has properties of primitive types only.
Question elicitation(std::string_view message, JsonObject schema);
/// Asks the user to visit `url`: for secrets, which must never go through a form.
Question url_elicitation(std::string_view message, std::string_view url);
/// Asks the client's model: {messages, maxTokens, ...}.
Question sampling(JsonObject params);
/// Asks which folders the user works in.
Question roots();

/// Questions by keys of the server's own, unique within the request.
using Questions = std::vector<std::pair<std::string, Question>>;

class Conversation;

/// One request being served, alike in every era of the protocol. Borrowed by the handler: good
/// until it returns. All members may be called from any thread.
class Call {
 public:
  explicit Call(Conversation& conversation) : conversation_(conversation) {}

  /// Of a tool or prompt as sent; of a resource template the variables.
  [[nodiscard]] const JsonObject& arguments() const;
  /// An argument's text; "" when it is absent or no string.
  [[nodiscard]] std::string_view text(std::string_view name) const;
  /// The request's _meta: traceparent, tracestate, baggage and what else the client put there.
  [[nodiscard]] const JsonObject& meta() const;
  /// The resource that is read; "" for tools and prompts.
  [[nodiscard]] std::string_view uri() const;
  /// Who asks, as the transport's authentication says; "" when it has none.
  [[nodiscard]] const std::string& principal() const;
  /// The negotiated revision: "2026-07-28".
  [[nodiscard]] const std::string& version() const;

  /// Stops when the client cancels, goes away, or the server ends. What a handler returns after
  /// that reaches nobody.
  [[nodiscard]] std::stop_token stop() const;
  /// Waits; `cancelled` as soon as the call is stopped.
  Result<> wait(std::chrono::milliseconds time) const;

  /// Tells how far it is. Dropped when the client did not ask or when `done` does not grow.
  void progress(double done, std::optional<double> total = {}, std::string_view message = {});
  /// Whether the client wants to be told, so that nothing expensive is computed in vain.
  [[nodiscard]] bool wants_progress() const;
  /// Sends a log message, if the client asked for that level. No secrets, no internals.
  void log(LogLevel level, Json data, std::string_view logger = {});

  /// Whether the client declared a capability: "elicitation", "sampling/tools", "roots".
  [[nodiscard]] bool can(std::string_view capability) const;
  /// Fails when it did not; to be returned as it is.
  Result<> need(std::string_view capability);

  /// Asks the client, all questions at once, and gives its results by key. Over a connection that
  /// lets the server ask, this waits. In the stateless era it fails with input_needed, which the
  /// handler returns as it is: the client comes back with the answers, the handler runs again from
  /// its beginning, and the same questions then have answers. So: ask before doing.
  Result<JsonObject> ask(const Questions& questions);
  Result<Json> ask(std::string_view key, Question question);

  /// Lets the client go with a task's id and carries on as that task, if the client knows tasks and
  /// the tool says `Task::allowed` or `needed`; true when it did. Questions are then answered
  /// through the task. (Extension io.modelcontextprotocol/tasks.)
  bool detach();

 private:
  Conversation& conversation_;
};

}  // namespace crafter::mcp
