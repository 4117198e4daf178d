// JSON-RPC 2.0 as a server reads and writes it.

#include "mcp/rpc.h"

#include <fmt/core.h>

#include <utility>

#include "mcp/message.h"

namespace crafter::mcp {
namespace {

Refusal invalid(const Json& id, std::string message) {
  return {id, {kInvalidRequest, "Invalid Request: " + std::move(message)}};
}

/// Why a text is no JSON of ours: with the place, for whoever has to look for it.
Refusal unreadable(const Failure& failure) {
  const Diagnostic& first = failure.diagnostics().front();
  return {nullptr,
          {kParseError, fmt::format("Parse error: {} (line {}, column {})", first.message,
                                    first.line, first.column)}};
}

std::variant<Incoming, Refusal> read_response(Json message, const Json& id) {
  const bool has_result = find(message, "result") != nullptr;
  if (has_result == (find(message, "error") != nullptr))
    return invalid(id, "it has no method, and not one of result and error");
  if (id.is_null()) return invalid(id, "a response needs an id");
  return Incoming{Incoming::Kind::response, id, {}, std::move(message.get_object())};
}

std::variant<Incoming, Refusal> read_call(Json message, const Json& id) {
  JsonObject& members = message.get_object();
  const std::string_view method = text_of(message, "method");
  if (method.empty()) return invalid(id, "method is no name");
  if (members.contains("result") || members.contains("error"))
    return invalid(id, "it is a request and a response at once");
  Incoming incoming{id.is_null() ? Incoming::Kind::notification : Incoming::Kind::request,
                    id,
                    std::string(method),
                    {}};
  if (Json* params = members.if_contains("params")) {
    if (!params->is_object())
      return Refusal{id, {kInvalidParams, "Invalid params: params must be an object"}};
    incoming.params = std::move(params->get_object());
  }
  return incoming;
}

/// Put together as text: that is cheaper than a value around the value.
std::string write_response(const Json& id, std::string_view member, std::string_view content) {
  std::string message = R"({"jsonrpc":"2.0",)";
  message.reserve(content.size() + 64);
  if (!id.is_null()) message.append(R"("id":)").append(write_json(id)).append(",");
  message.append("\"").append(member).append("\":").append(content).append("}");
  return message;
}

}  // namespace

std::variant<Incoming, Refusal> read_incoming(std::string_view text, const Limits& limits) {
  auto message = parse_json(text, "message", limits);
  if (!message) return unreadable(message.failure());
  if (message->is_array()) return invalid(nullptr, "batches are not part of the protocol");
  if (!message->is_object()) return invalid(nullptr, "it is no object");
  const Json* own = find(*message, "id");
  const bool has_id = is_id(own);
  const Json id = has_id ? *own : Json();
  if (text_of(*message, "jsonrpc") != "2.0") return invalid(id, "jsonrpc must be \"2.0\"");
  if (own != nullptr && !has_id) return invalid(id, "id must be a string or an integer");
  if (find(*message, "method") == nullptr) return read_response(*std::move(message), id);
  return read_call(*std::move(message), id);
}

std::string write_result(const Json& id, std::string_view result) {
  return write_response(id, "result", result);
}

std::string write_result(const Json& id, JsonObject result) {
  return write_response(id, "result", write_json(Json(std::move(result))));
}

JsonObject error_object(const RpcError& error) {
  JsonObject content{{"code", error.code}, {"message", error.message}};
  if (!error.data.is_null()) content.emplace("data", error.data);
  return content;
}

std::string write_error(const Json& id, const RpcError& error) {
  return write_response(id, "error", write_json(error_object(error)));
}

}  // namespace crafter::mcp
