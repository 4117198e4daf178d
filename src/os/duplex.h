// Two descriptors: one that bytes come from, one that they go to.

#pragma once

#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.h"
#include "os/fd.h"
#include "os/stop_event.h"

namespace crafter {

/// Pipes, terminals or sockets. One thread reads; any thread writes. When `stop` is requested
/// nothing more is read, and written only what need not wait: cancelled.
class Duplex {
 public:
  Duplex(Fd in, Fd out, const std::stop_token& stop);

  /// Takes standard input and output away from the rest of the program: whatever else reads there
  /// finds nothing, whatever else writes there lands on standard error.
  static Result<std::unique_ptr<Duplex>> take_standard(const std::stop_token& stop);

  /// Some bytes, as they come; "" at the end.
  Result<std::string_view> read();
  /// All of `bytes`, not mixed with those of another thread.
  Result<> write(std::string_view bytes);

 private:
  Result<> wait_for(int fd, short events);
  Result<> write_patiently(std::string_view bytes);

  Fd in_;
  Fd out_;
  const bool out_waits_;  // a write may block
  StopEvent stopped_;
  std::mutex mutex_;
  std::string buffer_;
};

}  // namespace crafter
