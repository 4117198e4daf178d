// One answer of HTTP/1.1, read from a connection within limits.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "os/connection.h"

namespace crafter::mcp {

/// Names are lower case in answers; in requests they are written as they stand.
using Headers = std::map<std::string, std::string, std::less<>>;

/// Reads from `connection`, which it borrows. What is not well-formed (RFC 9112) or too long is
/// unverified, "mcp.http".
class HttpAnswer {
 public:
  /// Reads status and headers; informational answers (1xx) are passed over.
  static Result<HttpAnswer> begin(Connection& connection, const Patience& patience);

  [[nodiscard]] int status() const { return status_; }
  /// A header's value by its lower-case name; "" when absent.
  [[nodiscard]] std::string_view header(std::string_view name) const;
  /// The next piece of the body, decoded; "" at its end.
  Result<std::string> read_some(const Patience& patience);
  /// The rest of the body, at most `limit` bytes.
  Result<std::string> read_rest(std::size_t limit, const Patience& patience);

 private:
  explicit HttpAnswer(Connection& connection) : connection_(&connection) {}

  Result<std::string> read_line(const Patience& patience);
  Result<bool> receive(const Patience& patience);
  Result<> read_head(const Patience& patience);
  Result<> frame_body();
  Result<> begin_chunk(const Patience& patience);

  Connection* connection_;
  std::string buffer_;
  int status_ = 0;
  Headers headers_;
  bool is_chunked_ = false;
  bool has_ended_ = false;
  std::optional<std::uint64_t> left_;  // of the body or chunk; nothing: until the connection ends
};

}  // namespace crafter::mcp
