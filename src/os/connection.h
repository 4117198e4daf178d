// A connected stream socket, with limits in time.

#pragma once

#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.h"
#include "os/deadline.h"
#include "os/fd.h"
#include "os/stop_event.h"

namespace crafter {

/// Until when to wait for the other side. Borrowed by the calls it is handed to.
class Patience {
 public:
  Patience(std::chrono::milliseconds limit, const std::stop_token& stop)
      : deadline_(deadline_in(limit)), stopped_(stop) {}

  /// Until `fd` is ready for `events` of poll(): unavailable ("os.time") when it is too late,
  /// cancelled when a stop is requested.
  [[nodiscard]] Result<> wait_for(int fd, short events) const;

 private:
  Deadline deadline_;
  StopEvent stopped_;
};

/// Owns the socket. Failures: unavailable ("os.time", "os.closed", ...) and cancelled.
class Connection {
 public:
  explicit Connection(int fd) : socket_(fd) {}

  Result<> send(std::string_view bytes, const Patience& patience);
  /// Some bytes, as they come; "" at the end.
  Result<std::string> receive(const Patience& patience);

 private:
  Fd socket_;
};

}  // namespace crafter
