// Shows how builds get on: lines that redraw themselves on a terminal, plain lines elsewhere.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/outside.h"

namespace crafter::cli {

/// How one build is doing.
struct Gait {
  std::string name;
  int progress = 0;
  std::string step;  ///< "" before it begins
  bool is_done = false;
};

/// One line for each build that is at work, cut to `width` columns; `seconds` since the beginning.
std::string drawn(const std::vector<Gait>& gaits, std::int64_t seconds, std::size_t width,
                  bool colour);

/// "weather-api: 50 % rendered"
std::string plain_line(const Gait& gait);

/// Draws on standard error, in the manner given: redrawn lines, plain lines, or nothing. One thread
/// owns it. What it drew is erased when it ends.
class Screen {
 public:
  explicit Screen(const Manner& manner) : manner_(manner) {}
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;
  ~Screen() { show(""); }

  /// The build `which` of them made a step.
  void step(const std::vector<Gait>& gaits, std::size_t which);
  /// Time passed: seconds since the beginning.
  void tick(const std::vector<Gait>& gaits, std::int64_t seconds);

 private:
  void show(std::string_view text);  // in place of what stands there

  const Manner& manner_;
  std::size_t lines_ = 0;  // that stand there now
  std::int64_t seconds_ = 0;
};

}  // namespace crafter::cli
