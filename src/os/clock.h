// Time and randomness, handed in as values so that everything else is a pure function.

#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace crafter {

class Clock {
 public:
  virtual ~Clock() = default;
  /// Milliseconds since 1970, for display and identifiers only: decisions use `monotonic`.
  [[nodiscard]] virtual std::int64_t wall_milliseconds() const = 0;
  [[nodiscard]] virtual std::int64_t monotonic_milliseconds() const = 0;
  [[nodiscard]] virtual std::array<std::uint8_t, 10> random_bytes() const = 0;
};

const Clock& system_clock();

/// "2026-11-22T17:30:01.250Z" (RFC 3339, UTC).
std::string rfc3339(std::int64_t milliseconds);

}  // namespace crafter
