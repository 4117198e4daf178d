// What an HTTP request means: eras, sessions, headers that must equal the body.

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "mcp/http_gate.h"
#include "mcp/request.h"
#include "mcp/sessions.h"

namespace crafter::mcp {

struct Envelope;

/// An answer that comes through the outlet.
struct Pending {
  std::shared_ptr<Conversation> talk;  ///< to cancel when the client leaves; or nothing
  bool is_modern = false;
  bool is_stream = false;  ///< events from the beginning
};

using Served = std::variant<HttpReply, Pending>;

/// One whole request. Views are good for the time of the call.
struct HttpRequest {
  const HttpHead& head;
  std::string_view body;
  std::shared_ptr<Outlet> outlet;
};

/// Used by one thread.
class HttpEndpoint {
 public:
  HttpEndpoint(Engine& engine, const HttpOptions& options)
      : engine_(engine),
        options_(options),
        gate_(options),
        sessions_(engine, options.sessions, options.session_time) {}

  Served serve(const HttpRequest& request);
  Sessions& sessions() { return sessions_; }

 private:
  Served post(const HttpRequest& request, const std::string& principal);
  Served post_modern(const HttpRequest& request, Incoming incoming, const Envelope& envelope,
                     const std::string& principal);
  Served post_legacy(const HttpRequest& request, Incoming incoming, const std::string& principal);
  Served serve_legacy(const HttpRequest& request, Incoming incoming,
                      const std::shared_ptr<Session>& session);
  Served open_session(const Incoming& incoming, const std::string& principal);
  Served open_stream(const HttpRequest& request, const std::string& principal);
  Served end_session(const HttpRequest& request, const std::string& principal);
  std::variant<std::shared_ptr<Session>, HttpReply> session_of(const HttpHead& head,
                                                               const std::string& principal);

  Engine& engine_;
  const HttpOptions& options_;
  const HttpGate gate_;
  Sessions sessions_;
};

/// The status that goes with an error of the modern era (basic/index, "Error codes").
int status_of(int code);

}  // namespace crafter::mcp
