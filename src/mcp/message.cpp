// JSON-RPC 2.0 messages: what they are, and what is none.

#include "mcp/message.h"

#include <fmt/core.h>

#include <array>
#include <utility>

#include "base/text.h"

namespace crafter::mcp {
namespace {

/// More than this in one go is no conversation.
constexpr std::size_t kMostNotifications = 10'000;
constexpr int kUnknownMethod = -32601;

struct Blame {
  std::string_view ours;
  std::string_view theirs;
};
constexpr std::array kBlames{Blame{"os.time", "mcp.time"}, Blame{"os.closed", "mcp.closed"},
                             Blame{"os.line_too_long", "mcp.noise"}};

bool is_error(const Json* error) {
  if (error == nullptr) return false;
  const Json* code = find(*error, "code");
  const Json* message = find(*error, "message");
  return code != nullptr && code->is_int64() && message != nullptr && message->is_string();
}

/// What is wrong with a response, or "".
std::string_view flaw_of_response(const Json& message, const Json& id) {
  const Json* result = find(message, "result");
  const Json* error = find(message, "error");
  const Json* own = find(message, "id");
  if ((result == nullptr) == (error == nullptr)) return "it has not one of result and error";
  if (error != nullptr && !is_error(error)) return "its error has no integer code and message";
  if (error != nullptr && (own == nullptr || own->is_null())) return "";
  if (!is_id(own)) return "it has no id";
  return equal_json(*own, id) ? "" : "nobody waits for an answer with this id";
}

/// ping is answered; whatever else a server may want, this client does not have.
Json reply_to(const Json& request) {
  JsonObject reply{{"jsonrpc", "2.0"}, {"id", *find(request, "id")}};
  if (text_of(request, "method") == "ping")
    reply["result"] = JsonObject();
  else
    reply["error"] = JsonObject{{"code", kUnknownMethod}, {"message", "Method not found"}};
  return reply;
}

}  // namespace

bool is_id(const Json* id) {
  return id != nullptr && (id->is_string() || id->is_int64() || id->is_uint64());
}

Json request_message(const Json& id, std::string_view method, JsonObject params) {
  return JsonObject{
      {"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", std::move(params)}};
}

Json notification_message(std::string_view method, JsonObject params) {
  JsonObject message{{"jsonrpc", "2.0"}, {"method", method}};
  if (!params.empty()) message["params"] = std::move(params);
  return message;
}

Failure broken(std::string_view code, std::string message, std::string hint) {
  return {Fault::unverified, std::string(code), std::move(message), std::move(hint)};
}

Failure noise(std::string_view what, std::string_view why) {
  return broken("mcp.noise", fmt::format("the server sent {}: {}", quote(what), why),
                "only messages of the protocol may be sent; print to standard error");
}

Diagnostic error_diagnostic(const Json& error, std::string_view method) {
  const Json* code = find(error, "code");
  const Json* data = find(error, "data");
  const std::string number = code == nullptr ? "unknown" : write_json(*code);
  return {.code = fmt::format("mcp.error.{}", number),
          .message = fmt::format("{}: {} ({})", method, text_of(error, "message"), number),
          .hint = data == nullptr ? "" : fmt::format("data: {}", write_json(*data))};
}

Failure blame_server(Failure failure) {
  if (failure.fault() != Fault::unavailable) return failure;
  std::vector<Diagnostic> all = failure.diagnostics();
  for (const Blame& blame : kBlames) {
    if (all.front().code == blame.ours) all.front().code = blame.theirs;
  }
  return {Fault::unverified, std::move(all)};
}

Result<Inbox::Sorted> Inbox::sort(std::string_view text, const Json& id) {
  auto message = parse_json(text, "message", kMessage);
  if (!message) return noise(text, message.failure().message());
  if (!message->is_object()) return noise(text, "it is no JSON object");
  if (text_of(*message, "jsonrpc") != "2.0") return noise(text, "it is not of JSON-RPC 2.0");
  if (find(*message, "method") == nullptr) {
    const std::string_view flaw = flaw_of_response(*message, id);
    if (!flaw.empty()) return noise(text, flaw);
    return Sorted{.response = *std::move(message)};
  }
  if (text_of(*message, "method").empty()) return noise(text, "its method is no name");
  if (const Json* own = find(*message, "id"); own != nullptr) {
    if (!is_id(own)) return noise(text, "its id is neither text nor an integer");
    return Sorted{.reply = reply_to(*message)};
  }
  if (notifications_.size() == kMostNotifications)
    return broken("mcp.flood",
                  fmt::format("the server sent over {} notifications at once", kMostNotifications));
  notifications_.push_back(*std::move(message));
  return Sorted{};
}

std::vector<Json> Inbox::take() { return std::exchange(notifications_, {}); }

}  // namespace crafter::mcp
