// Waits for many descriptors at once.

#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "os/fd.h"

namespace crafter {

/// What one wants to know of a descriptor. A peer that is gone is always told.
enum class Interest { nothing, read, write, both };

struct Readiness {
  std::uint64_t key = 0;
  bool can_read = false;
  bool can_write = false;
  bool is_gone = false;  ///< the peer closed, at least its sending side
};

/// epoll(7). One thread waits; any thread may wake it.
class Poller {
 public:
  static Result<Poller> open();

  Result<> add(const Fd& fd, std::uint64_t key, Interest interest);
  void change(const Fd& fd, std::uint64_t key, Interest interest);
  /// What is ready, at most 256 of it; empty when the time is over or somebody called wake().
  std::span<const Readiness> wait(std::chrono::milliseconds limit);
  void wake() const;

 private:
  Poller(Fd epoll, Fd event) : epoll_(std::move(epoll)), event_(std::move(event)) {}

  Fd epoll_;
  Fd event_;
  std::vector<Readiness> ready_;
};

}  // namespace crafter
