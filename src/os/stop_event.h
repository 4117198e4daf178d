// A stop_token that poll() can wait for.

#pragma once

#include <sys/eventfd.h>

#include <stop_token>

#include "os/fd.h"

namespace crafter {

/// Becomes readable once a stop is requested. Costs nothing when none can be.
class StopEvent {
 public:
  explicit StopEvent(const std::stop_token& stop)
      : event_(stop.stop_possible() ? ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK) : -1),
        on_stop_(stop, Signal{event_.number()}) {}
  StopEvent(const StopEvent&) = delete;
  StopEvent& operator=(const StopEvent&) = delete;

  /// To poll for POLLIN; -1, which poll() passes over, when no stop can be requested.
  [[nodiscard]] int number() const { return event_.number(); }

 private:
  struct Signal {
    int event;
    void operator()() const { ::eventfd_write(event, 1); }
  };

  Fd event_;
  std::stop_callback<Signal> on_stop_;  // after event_: it goes first
};

}  // namespace crafter
