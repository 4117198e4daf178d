// What an HTTP request means: eras, sessions, headers that must equal the body.

#include "mcp/http_endpoint.h"

#include <fmt/core.h>

#include <algorithm>

#include "mcp/dialect.h"
#include "mcp/engine.h"
#include "mcp/http_fields.h"

namespace crafter::mcp {
namespace {

constexpr std::string_view kJson = "application/json";
constexpr std::string_view kEvents = "text/event-stream";

HttpReply refusal(int status, const Json& id, const RpcError& error) {
  return {status, write_error(id, error)};
}

HttpReply not_allowed() {
  return {405, write_error(nullptr, {kInvalidRequest, "Method Not Allowed"}), "Allow: POST\r\n"};
}

bool is_json(const HttpHead& head) {
  const auto [count, type] = head.find("content-type");
  if (count != 1) return false;
  std::string_view essence = type.substr(0, type.find(';'));
  while (essence.ends_with(' ')) essence.remove_suffix(1);
  return equal_name(essence, kJson);
}

/// A message of the modern era says so in its body; or in its header, when its body is silent.
bool is_modern_post(const HttpHead& head, const Incoming& incoming, const Envelope& envelope) {
  if (incoming.kind == Incoming::Kind::response) return false;
  if (envelope.is_modern()) return true;
  const auto version = head.field("mcp-protocol-version");
  return version && !is_legacy_version(*version);
}

}  // namespace

int status_of(int code) {
  switch (code) {
    case 0:
    case kInternalError:
      return 200;
    case kMethodNotFound:
      return 404;
    default:
      return 400;
  }
}

Served HttpEndpoint::serve(const HttpRequest& request) {
  auto admitted = gate_.admit(request.head);
  if (auto* refused = std::get_if<HttpReply>(&admitted)) return std::move(*refused);
  const std::string& principal = std::get<std::string>(admitted);
  if (request.head.path != options_.path)
    return refusal(404, nullptr, {kInvalidRequest, "Not Found"});
  if (request.head.method == "POST") return post(request, principal);
  if (request.head.method == "GET") return open_stream(request, principal);
  if (request.head.method == "DELETE") return end_session(request, principal);
  return not_allowed();
}

Served HttpEndpoint::post(const HttpRequest& request, const std::string& principal) {
  if (!is_json(request.head))
    return refusal(415, nullptr,
                   {kInvalidRequest, "Unsupported Media Type: send application/json"});
  if (!accepts_type(request.head, kJson))
    return refusal(406, nullptr, {kInvalidRequest, "Not Acceptable: accept application/json"});
  auto read = read_incoming(request.body, kIncoming);
  if (const auto* refused = std::get_if<Refusal>(&read))
    return refusal(400, refused->id, refused->error);
  auto& incoming = std::get<Incoming>(read);
  const Envelope envelope = envelope_of(incoming.params);
  return is_modern_post(request.head, incoming, envelope)
             ? post_modern(request, std::move(incoming), envelope, principal)
             : post_legacy(request, std::move(incoming), principal);
}

/// The ladder of basic/transports/streamable-http: envelope, headers, version, method, parameters.
Served HttpEndpoint::post_modern(const HttpRequest& request, Incoming incoming,
                                 const Envelope& envelope, const std::string& principal) {
  if (incoming.kind == Incoming::Kind::notification) return HttpReply{202};
  auto error = check_envelope(envelope);
  if (!error) error = check_fields(request.head, incoming);
  if (!error) error = check_version(envelope);
  if (!error && incoming.method == "tools/call") {
    const Json* name = incoming.params.if_contains("name");
    const auto tool = name == nullptr || !name->is_string()
                          ? nullptr
                          : engine_.registry().tools.find(std::string_view(name->get_string()));
    if (tool != nullptr) error = check_param_fields(request.head, incoming.params, tool->headers);
  }
  if (error) return refusal(status_of(error->code), incoming.id, *error);
  if (incoming.method == "subscriptions/listen" && !accepts_type(request.head, kEvents))
    return refusal(406, incoming.id, {kInvalidRequest, "Not Acceptable: accept text/event-stream"});
  auto talk = std::make_shared<Conversation>(
      engine_, modern_request(std::move(incoming), envelope, principal), request.outlet);
  engine_.serve(talk);
  return Pending{std::move(talk), true};
}

std::variant<std::shared_ptr<Session>, HttpReply> HttpEndpoint::session_of(
    const HttpHead& head, const std::string& principal) {
  const auto version = head.field("mcp-protocol-version");
  if (version && !is_legacy_version(*version))
    return refusal(400, nullptr, {kInvalidRequest, "Bad Request: unsupported protocol version"});
  const auto id = head.field("mcp-session-id");
  if (!id || head.count("mcp-session-id") != 1)
    return refusal(400, nullptr, {kInvalidRequest, "Bad Request: Mcp-Session-Id is missing"});
  auto session = sessions_.find(*id, principal);
  if (session == nullptr) return refusal(404, nullptr, {kInvalidRequest, "Session not found"});
  return session;
}

Served HttpEndpoint::post_legacy(const HttpRequest& request, Incoming incoming,
                                 const std::string& principal) {
  if (incoming.kind == Incoming::Kind::request && incoming.method == "initialize")
    return open_session(incoming, principal);
  auto found = session_of(request.head, principal);
  if (auto* refused = std::get_if<HttpReply>(&found)) return std::move(*refused);
  const auto session = std::get<std::shared_ptr<Session>>(found);
  if (incoming.kind == Incoming::Kind::response) {
    session->respond(incoming);
    return HttpReply{202};
  }
  if (incoming.kind == Incoming::Kind::notification) {
    const Json* id = incoming.params.if_contains("requestId");
    if (incoming.method == "notifications/cancelled" && id != nullptr)
      session->running().cancel(*id);
    return HttpReply{202};
  }
  return serve_legacy(request, std::move(incoming), session);
}

Served HttpEndpoint::open_session(const Incoming& incoming, const std::string& principal) {
  const auto [id, session] = sessions_.open(principal);
  if (session == nullptr)
    return refusal(503, incoming.id, {kInternalError, "There are too many sessions"});
  const Answer answer = *session->serve(incoming);
  if (const auto* error = std::get_if<RpcError>(&answer)) {
    sessions_.close(id);
    return refusal(200, incoming.id, *error);
  }
  return HttpReply{200, write_result(incoming.id, std::get<JsonObject>(answer)),
                   fmt::format("Mcp-Session-Id: {}\r\n", id)};
}

Served HttpEndpoint::serve_legacy(const HttpRequest& request, Incoming incoming,
                                  const std::shared_ptr<Session>& session) {
  if (const auto answer = session->serve(incoming)) {
    if (const auto* error = std::get_if<RpcError>(&*answer))
      return refusal(200, incoming.id, *error);
    return HttpReply{200, write_result(incoming.id, std::get<JsonObject>(*answer))};
  }
  auto talk = std::make_shared<Conversation>(engine_, session->request(std::move(incoming)),
                                             request.outlet);
  if (!session->running().add(talk))
    return refusal(400, talk->request().id,
                   {kInvalidRequest, "Invalid Request: a request with this id is being served"});
  engine_.serve(talk);
  return Pending{};
}

Served HttpEndpoint::open_stream(const HttpRequest& request, const std::string& principal) {
  if (!request.head.field("mcp-session-id") || !accepts_type(request.head, kEvents))
    return not_allowed();
  auto found = session_of(request.head, principal);
  if (auto* refused = std::get_if<HttpReply>(&found)) return std::move(*refused);
  std::get<std::shared_ptr<Session>>(found)->stream(request.outlet);
  return Pending{nullptr, false, true};
}

Served HttpEndpoint::end_session(const HttpRequest& request, const std::string& principal) {
  if (!request.head.field("mcp-session-id")) return not_allowed();
  auto found = session_of(request.head, principal);
  if (auto* refused = std::get_if<HttpReply>(&found)) return std::move(*refused);
  sessions_.close(*request.head.field("mcp-session-id"));
  return HttpReply{204};
}

}  // namespace crafter::mcp
