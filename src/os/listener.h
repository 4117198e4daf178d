// A TCP port that clients connect to, and the sockets they bring.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "os/fd.h"

namespace crafter {

/// Non-blocking.
class TcpListener {
 public:
  /// `address` is numeric, IPv4 or IPv6 ("127.0.0.1", "::1", "0.0.0.0"); port 0: any.
  static Result<TcpListener> open(const std::string& address, int port);

  [[nodiscard]] const Fd& fd() const { return socket_; }
  [[nodiscard]] int port() const { return port_; }
  /// The next client, or nothing now. Sends at once (TCP_NODELAY).
  std::optional<Fd> accept();
  /// Whether the last accept() found that too many files are open: clients wait until some are not.
  [[nodiscard]] bool is_exhausted() const { return is_exhausted_; }
  void close() { socket_.reset(); }

 private:
  TcpListener(Fd socket, int port) : socket_(std::move(socket)), port_(port) {}

  Fd socket_;
  int port_ = 0;
  bool is_exhausted_ = false;
};

/// What came of a transfer on a non-blocking socket.
struct Transfer {
  std::size_t count = 0;
  bool is_over = false;  ///< the peer is gone, or never was
};

/// Reads what is there, at most `size` bytes; or writes what fits.
Transfer receive_some(const Fd& socket, char* bytes, std::size_t size);
Transfer send_some(const Fd& socket, std::string_view bytes);
/// Tells the peer that nothing more comes.
void end_sending(const Fd& socket);

}  // namespace crafter
