// Serves one client over a pair of pipes.

#include "mcp/stdio_server.h"

#include <fmt/core.h>

#include "mcp/dialect.h"
#include "mcp/engine.h"
#include "mcp/lines.h"
#include "mcp/session.h"

namespace crafter::mcp {
namespace {

/// All messages share one pipe. When it breaks the reader will notice.
class PipeOutlet final : public Outlet {
 public:
  explicit PipeOutlet(Duplex& pipes) : pipes_(pipes) {}
  void send(std::string message) override {
    message += '\n';
    static_cast<void>(pipes_.write(message));
  }
  void finish(std::string message, int) override {
    if (!message.empty()) send(std::move(message));
  }
  [[nodiscard]] bool is_shared() const override { return true; }

 private:
  Duplex& pipes_;
};

/// One client and what is known of it.
class StdioClient {
 public:
  StdioClient(Engine& engine, Duplex& pipes, const StdioOptions& options)
      : engine_(engine),
        options_(options),
        outlet_(std::make_shared<PipeOutlet>(pipes)),
        session_(std::make_shared<Session>(engine, "")) {
    session_->stream(outlet_);
    engine_.hub().add(session_);
  }

  void take(const LineReader::Line& line);
  void wind_up(bool is_stopped);

 private:
  void take_request(Incoming incoming);
  void take_notification(const Incoming& incoming);
  void serve(Request request);
  void refuse(const Json& id, const RpcError& error) { outlet_->send(write_error(id, error)); }

  Engine& engine_;
  const StdioOptions& options_;
  const std::shared_ptr<PipeOutlet> outlet_;
  const std::shared_ptr<Session> session_;
};

void StdioClient::take(const LineReader::Line& line) {
  if (line.is_too_long)
    return refuse(nullptr,
                  {kInvalidRequest, fmt::format("Invalid Request: a message has more than {} bytes",
                                                options_.limits.bytes)});
  if (line.text.find_first_not_of(" \t\r") == line.text.npos) return;
  auto read = read_incoming(line.text, options_.limits);
  if (const auto* refusal = std::get_if<Refusal>(&read)) return refuse(refusal->id, refusal->error);
  auto& incoming = std::get<Incoming>(read);
  if (incoming.kind == Incoming::Kind::response) return session_->respond(incoming);
  if (incoming.kind == Incoming::Kind::notification) return take_notification(incoming);
  take_request(std::move(incoming));
}

void StdioClient::take_notification(const Incoming& incoming) {
  if (incoming.method != "notifications/cancelled") return;
  if (const Json* id = incoming.params.if_contains("requestId")) session_->running().cancel(*id);
}

/// A request with the envelope is served statelessly, whatever came before; `initialize` begins a
/// session, whatever came before.
void StdioClient::take_request(Incoming incoming) {
  const Envelope envelope = envelope_of(incoming.params);
  if (envelope.is_modern()) {
    auto error = check_envelope(envelope);
    if (!error) error = check_version(envelope);
    if (error) return refuse(incoming.id, *error);
    return serve(modern_request(std::move(incoming), envelope, ""));
  }
  const bool is_greeting = incoming.method == "initialize" || incoming.method == "ping";
  if (!session_->is_open() && !is_greeting) return refuse(incoming.id, *check_envelope(envelope));
  const Json id = incoming.id;
  const auto answer = session_->serve(incoming);
  if (!answer) return serve(session_->request(std::move(incoming)));
  if (const auto* error = std::get_if<RpcError>(&*answer)) return refuse(id, *error);
  outlet_->send(write_result(id, std::get<JsonObject>(*answer)));
}

void StdioClient::serve(Request request) {
  const auto conversation = std::make_shared<Conversation>(engine_, std::move(request), outlet_);
  if (!session_->running().add(conversation))
    return refuse(conversation->request().id,
                  {kInvalidRequest, "Invalid Request: a request with this id is being served"});
  engine_.serve(conversation);
}

void StdioClient::wind_up(bool is_stopped) {
  session_->running().wind_up(is_stopped ? std::chrono::milliseconds(0) : options_.grace);
  session_->close();
}

}  // namespace

Result<> serve_stdio(Server& server, Duplex& pipes, const StdioOptions& options) {
  StdioClient client(server.engine(), pipes, options);
  LineReader lines(options.limits.bytes);
  for (;;) {
    auto bytes = pipes.read();
    if (bytes && !bytes->empty()) {
      lines.add(*bytes);
      while (const auto line = lines.next()) client.take(*line);
      continue;
    }
    if (const auto line = bytes ? lines.last() : std::nullopt) client.take(*line);
    client.wind_up(!bytes);
    if (!bytes && bytes.failure().fault() != Fault::cancelled) return std::move(bytes).failure();
    return {};
  }
}

}  // namespace crafter::mcp
