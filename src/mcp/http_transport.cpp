// MCP over Streamable HTTP: every message is a POST of its own.

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "mcp/client.h"
#include "mcp/header_value.h"
#include "mcp/http_answer.h"
#include "mcp/message.h"
#include "mcp/revision.h"
#include "mcp/sse.h"

namespace crafter::mcp {
namespace {

using std::chrono::milliseconds;

/// For messages that nobody answers.
constexpr milliseconds kSending{10'000};

class HttpTransport final : public Transport {
 public:
  HttpTransport(Connect connect, std::string host, std::string path, const Revision& revision,
                Headers extra)
      : connect_(std::move(connect)),
        host_(std::move(host)),
        path_(std::move(path)),
        revision_(revision),
        extra_(std::move(extra)) {}

  Result<Json> exchange(const Json& request, milliseconds limit, std::stop_token stop) override;
  Result<> notify(const Json& notification) override;
  std::vector<Json> take_notifications() override { return inbox_.take(); }

 private:
  [[nodiscard]] std::string http_request(const Json& message) const;
  Result<Json> take_response(HttpAnswer& answer, const Json& request, const Patience& patience);
  Result<Json> follow_events(HttpAnswer& answer, const Json& id, const Patience& patience);
  Result<std::optional<Json>> take_event(const SseEvent& event, const Json& id);
  Result<> keep_session(const HttpAnswer& answer);

  Connect connect_;
  std::string host_;
  std::string path_;
  const Revision& revision_;
  Headers extra_;
  std::string session_;
  ParamHeaders params_;
  Inbox inbox_;
};

std::string HttpTransport::http_request(const Json& message) const {
  const std::string body = write_json(message);
  Headers headers = revision_.headers(message);
  if (!revision_.has_sessions()) headers.merge(params_.of(message));
  if (!session_.empty()) headers["Mcp-Session-Id"] = session_;
  headers.insert(extra_.begin(), extra_.end());
  std::string head = fmt::format(
      "POST {} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n"
      "Accept: application/json, text/event-stream\r\nContent-Length: {}\r\n"
      "Connection: close\r\n",
      path_, host_, body.size());
  for (const auto& [name, value] : headers) head += fmt::format("{}: {}\r\n", name, value);
  return head + "\r\n" + body;
}

/// Sends a message and reads the head of the answer. A server may answer, and close, before it has
/// read everything: a failed sending counts only when no answer comes.
Result<HttpAnswer> send(Connection& connection, const std::string& request,
                        const Patience& patience) {
  const auto sent = connection.send(request, patience);
  auto answer = HttpAnswer::begin(connection, patience);
  if (!answer) return blame_server(sent ? std::move(answer).failure() : sent.failure());
  return answer;
}

Failure refusal(HttpAnswer& answer, std::string_view method, const Patience& patience) {
  const auto body = answer.read_rest(kMessage.bytes, patience);
  Diagnostic status{
      .code = fmt::format("mcp.http.{}", answer.status()),
      .message = fmt::format("{} was answered with HTTP status {}", method, answer.status())};
  const auto message = body ? parse_json(*body, "answer", kMessage) : Json();
  const Json* error = message ? find(*message, "error") : nullptr;
  if (error != nullptr && error->is_object())
    return {Fault::unverified, {error_diagnostic(*error, method), std::move(status)}};
  if (body && !body->empty()) status.hint = fmt::format("it says {}", quote(*body));
  return {Fault::unverified, std::move(status)};
}

Result<Json> HttpTransport::exchange(const Json& request, milliseconds limit,
                                     std::stop_token stop) {
  const Patience patience(limit, stop);
  TRY(const int socket, connect_());
  Connection connection(socket);
  TRY(HttpAnswer answer, send(connection, http_request(request), patience));
  auto response = take_response(answer, request, patience);
  if (!response) return blame_server(std::move(response).failure());
  params_.learn(request, *response);
  return response;
}

Result<> HttpTransport::notify(const Json& notification) {
  const Patience patience(kSending, {});
  TRY(const int socket, connect_());
  Connection connection(socket);
  TRY(HttpAnswer answer, send(connection, http_request(notification), patience));
  if (answer.status() == 202) return {};
  const std::string_view method = text_of(notification, "method");
  return refusal(answer, method.empty() ? "a reply" : method, patience);
}

/// Visible ASCII only (2025-11-25, basic/transports): it becomes a header of ours.
Result<> HttpTransport::keep_session(const HttpAnswer& answer) {
  const std::string_view session = answer.header("mcp-session-id");
  if (!revision_.has_sessions() || session.empty()) return {};
  if (!std::ranges::all_of(session, [](char c) { return c > ' ' && c <= '~'; }))
    return broken("mcp.http",
                  fmt::format("the session id {} is not visible ASCII", quote(session)));
  session_ = session;
  return {};
}

Result<Json> HttpTransport::take_response(HttpAnswer& answer, const Json& request,
                                          const Patience& patience) {
  if (answer.status() != 200) return refusal(answer, text_of(request, "method"), patience);
  TRY(keep_session(answer));
  const Json* own = find(request, "id");
  const Json id = own == nullptr ? Json() : *own;
  const std::string type = lower(answer.header("content-type"));
  const std::string_view media = trim(std::string_view(type).substr(0, type.find(';')));
  if (media == "text/event-stream") return follow_events(answer, id, patience);
  if (media != "application/json")
    return broken("mcp.http", fmt::format("the server answered with the type {}", quote(type)));
  TRY(const std::string body, answer.read_rest(kMessage.bytes, patience));
  TRY(auto sorted, inbox_.sort(body, id));
  if (!sorted.response) return noise(body, "the answer to a request must be its response");
  return *std::move(sorted.response);
}

Result<Json> HttpTransport::follow_events(HttpAnswer& answer, const Json& id,
                                          const Patience& patience) {
  SseReader events(kMessage.bytes);
  for (;;) {
    TRY(const std::string piece, answer.read_some(patience));
    if (piece.empty())
      return broken("mcp.closed", "the server's stream of events ended before the response");
    events.add(piece);
    for (;;) {
      TRY(const auto event, events.next());
      if (!event) break;
      TRY(auto response, take_event(*event, id));
      if (response) return *std::move(response);
    }
  }
}

Result<std::optional<Json>> HttpTransport::take_event(const SseEvent& event, const Json& id) {
  if (event.type != "message") return std::optional<Json>();
  TRY(auto sorted, inbox_.sort(event.data, id));
  if (sorted.reply && !revision_.has_sessions())
    return noise(event.data, "a server must not send requests in this revision");
  if (sorted.reply) TRY(notify(*sorted.reply));
  return std::move(sorted.response);
}

}  // namespace

std::unique_ptr<Transport> http_transport(Connect connect, std::string host, std::string path,
                                          Era era, std::map<std::string, std::string> headers) {
  return std::make_unique<HttpTransport>(std::move(connect), std::move(host), std::move(path),
                                         revision(era), Headers(headers.begin(), headers.end()));
}

}  // namespace crafter::mcp
