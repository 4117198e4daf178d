// The system's time and randomness.

#include "os/clock.h"

#include <fmt/core.h>
#include <sys/random.h>

#include <chrono>

#include "base/assert.h"
#include "os/fd.h"

namespace crafter {
namespace {

template <class Source>
std::int64_t milliseconds_of() {
  using std::chrono::milliseconds;
  return std::chrono::duration_cast<milliseconds>(Source::now().time_since_epoch()).count();
}

class SystemClock final : public Clock {
 public:
  [[nodiscard]] std::int64_t wall_milliseconds() const override {
    return milliseconds_of<std::chrono::system_clock>();
  }
  [[nodiscard]] std::int64_t monotonic_milliseconds() const override {
    return milliseconds_of<std::chrono::steady_clock>();
  }
  [[nodiscard]] std::array<std::uint8_t, 10> random_bytes() const override {
    std::array<std::uint8_t, 10> bytes{};
    const auto count = retry([&] { return ::getrandom(bytes.data(), bytes.size(), 0); });
    CRAFTER_ASSERT(count == static_cast<ssize_t>(bytes.size()));
    return bytes;
  }
};

}  // namespace

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

std::string rfc3339(std::int64_t milliseconds) {
  using namespace std::chrono;
  const sys_time<std::chrono::milliseconds> time{std::chrono::milliseconds(milliseconds)};
  const sys_days day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss<std::chrono::milliseconds> clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", int{date.year()},
                     unsigned{date.month()}, unsigned{date.day()}, clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

}  // namespace crafter
