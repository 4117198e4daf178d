// Points in time until which to wait.

#pragma once

#include <algorithm>
#include <chrono>

namespace crafter {

using Deadline = std::chrono::steady_clock::time_point;

inline Deadline deadline_in(std::chrono::milliseconds limit) {
  using namespace std::chrono_literals;
  return std::chrono::steady_clock::now() + std::clamp<std::chrono::milliseconds>(limit, 0s, 8760h);
}

/// What is left until `deadline`, for poll(): 0 when it is over.
inline int poll_time(Deadline deadline) {
  using namespace std::chrono;
  const auto left = ceil<milliseconds>(deadline - steady_clock::now());
  return static_cast<int>(std::clamp<milliseconds>(left, milliseconds(0), hours(1)).count());
}

}  // namespace crafter
