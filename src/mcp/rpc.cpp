// JSON-RPC 2.0 as a server reads and writes it.

#include "mcp/rpc.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <utility>

#include "mcp/message.h"

namespace crafter::mcp {
namespace {

constexpr std::size_t kUsualResponse = 512;

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

/// The members of a message that mean something, where they are there.
struct Members {
  Json* version = nullptr;
  Json* id = nullptr;
  Json* method = nullptr;
  Json* params = nullptr;
  Json* result = nullptr;
  Json* error = nullptr;
};

struct MemberName {
  std::string_view name;
  Json* Members::* place;
};
constexpr std::array kNames{
    MemberName{"jsonrpc", &Members::version}, MemberName{"id", &Members::id},
    MemberName{"method", &Members::method},   MemberName{"params", &Members::params},
    MemberName{"result", &Members::result},   MemberName{"error", &Members::error}};

Members members_of(JsonObject& message) {
  Members members;
  for (auto& member : message) {
    const auto* known =
        std::ranges::find(kNames, std::string_view(member.key()), &MemberName::name);
    if (known != kNames.end()) members.*known->place = &member.value();
  }
  return members;
}

bool is_text(const Json* value, std::string_view text) {
  const auto* own = value == nullptr ? nullptr : value->if_string();
  return own != nullptr && std::string_view(own->data(), own->size()) == text;
}

std::variant<Incoming, Refusal> read_response(Json message, const Members& members, Json id) {
  if ((members.result != nullptr) == (members.error != nullptr))
    return invalid(id, "it has no method, and not one of result and error");
  if (id.is_null()) return invalid(id, "a response needs an id");
  return Incoming{Incoming::Kind::response, std::move(id), {}, std::move(message.get_object())};
}

std::variant<Incoming, Refusal> read_call(const Members& members, Json id) {
  const auto* method = members.method->if_string();
  if (method == nullptr || method->empty()) return invalid(id, "method is no name");
  if (members.result != nullptr || members.error != nullptr)
    return invalid(id, "it is a request and a response at once");
  if (members.params != nullptr && !members.params->is_object())
    return Refusal{std::move(id), {kInvalidParams, "Invalid params: params must be an object"}};
  return Incoming{
      id.is_null() ? Incoming::Kind::notification : Incoming::Kind::request, std::move(id),
      std::string(method->data(), method->size()),
      members.params == nullptr ? JsonObject() : std::move(members.params->get_object())};
}

std::string begin_response(const Json& id, std::string_view member) {
  std::string message;
  message.reserve(kUsualResponse);
  message += R"({"jsonrpc":"2.0",)";
  if (!id.is_null()) {
    message += R"("id":)";
    append_json(message, id);
    message += ',';
  }
  return message.append(member);
}

}  // namespace

std::variant<Incoming, Refusal> read_incoming(std::string_view text, const Limits& limits) {
  auto message = parse_json(text, "message", limits);
  if (!message) return unreadable(message.failure());
  if (message->is_array()) return invalid(nullptr, "batches are not part of the protocol");
  if (!message->is_object()) return invalid(nullptr, "it is no object");
  const Members members = members_of(message->get_object());
  const bool has_id = is_id(members.id);
  Json id = has_id ? std::move(*members.id) : Json();
  if (!is_text(members.version, "2.0")) return invalid(id, "jsonrpc must be \"2.0\"");
  if (members.id != nullptr && !has_id) return invalid(id, "id must be a string or an integer");
  if (members.method == nullptr) return read_response(*std::move(message), members, std::move(id));
  return read_call(members, std::move(id));
}

std::string begin_result(const Json& id) { return begin_response(id, R"("result":)"); }

std::string write_result(const Json& id, const JsonObject& result) {
  std::string message = begin_result(id);
  append_json(message, result);
  return message += '}';
}

JsonObject error_object(const RpcError& error) {
  JsonObject content{{"code", error.code}, {"message", error.message}};
  if (!error.data.is_null()) content.emplace("data", error.data);
  return content;
}

std::string write_error(const Json& id, const RpcError& error) {
  std::string message = begin_response(id, R"("error":)");
  append_json(message, error_object(error));
  return message += '}';
}

}  // namespace crafter::mcp
