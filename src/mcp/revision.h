// What differs between the eras of the protocol: one object for each, and nobody else asks.

#pragma once

#include <stop_token>
#include <string>
#include <string_view>

#include "mcp/client.h"
#include "mcp/http_answer.h"

namespace crafter::mcp {

class Revision {
 public:
  virtual ~Revision() = default;

  [[nodiscard]] virtual std::string_view version() const = 0;
  /// Whether the server may keep a session and ask the client something.
  [[nodiscard]] virtual bool has_sessions() const = 0;
  /// The parameters of a request as they are sent.
  [[nodiscard]] virtual JsonObject envelope(JsonObject params) const = 0;
  /// Fails (unverified) when a result is not what the revision demands of every result.
  [[nodiscard]] virtual Result<> check(const Json& result) const = 0;
  /// The headers that go with a message over HTTP.
  [[nodiscard]] virtual Headers headers(const Json& message) const = 0;
  /// The first words: what the server says about itself.
  virtual Result<Json> introduce(Client& client, Transport& transport,
                                 std::chrono::milliseconds limit, std::stop_token stop) const = 0;
};

const Revision& revision(Era era);

/// legacy.cpp and modern.cpp.
const Revision& legacy_revision();
const Revision& modern_revision();

/// This client, as it introduces itself.
JsonObject client_info();

}  // namespace crafter::mcp
