// Shows how builds get on.

#include "cli/progress.h"

#include <fmt/core.h>

#include <algorithm>

#include "cli/speech.h"
#include "os/terminal.h"

namespace crafter::cli {
namespace {

constexpr std::size_t kBar = 20;

std::string bar(int progress, bool colour) {
  const auto full = std::min(kBar, static_cast<std::size_t>(std::max(progress, 0)) * kBar / 100);
  return painted(colour, Tone::good, std::string(full, '#')) +
         painted(colour, Tone::faint, std::string(kBar - full, '.'));
}

}  // namespace

std::string drawn(const std::vector<Gait>& gaits, std::int64_t seconds, std::size_t width,
                  bool colour) {
  std::size_t longest = 0;
  for (const Gait& gait : gaits) longest = std::max(longest, gait.name.size());
  longest = std::min(longest, std::size_t{40});
  std::string text;
  for (const Gait& gait : gaits) {
    if (gait.is_done || gait.step.empty()) continue;
    const std::string name = harmless(gait.name).substr(0, longest);
    const std::string tail = fmt::format(" {:3} % {}, {} s", gait.progress, gait.step, seconds);
    const std::size_t used = longest + 1 + kBar;
    const std::size_t room = width > used ? width - used - 1 : 0;
    text += fmt::format("{:{}} {}{}\n", name, longest, bar(gait.progress, colour),
                        tail.substr(0, room));
  }
  return text;
}

std::string plain_line(const Gait& gait) {
  return fmt::format("{}: {} % {}\n", harmless(gait.name), gait.progress, gait.step);
}

void Screen::step(const std::vector<Gait>& gaits, std::size_t which) {
  if (manner_.live)
    tick(gaits, seconds_);
  else if (!manner_.quiet && !manner_.json)
    write_all(Stream::error, plain_line(gaits[which]));
}

void Screen::tick(const std::vector<Gait>& gaits, std::int64_t seconds) {
  seconds_ = seconds;
  const auto width = static_cast<std::size_t>(terminal_width());
  if (manner_.live) show(drawn(gaits, seconds, width, manner_.error_colour));
}

void Screen::show(std::string_view text) {
  const std::string erase = lines_ == 0 ? "" : fmt::format("\x1b[{}A\x1b[J", lines_);
  lines_ = static_cast<std::size_t>(std::ranges::count(text, '\n'));
  if (!erase.empty() || !text.empty()) write_all(Stream::error, erase + std::string(text));
}

}  // namespace crafter::cli
