// Threads that know who comes after them.

#include "check/side_by_side.h"

#include <algorithm>
#include <thread>

namespace crafter {
namespace {

bool has_failed(const std::vector<Shown>& shown) {
  return std::ranges::any_of(shown, [](const Shown& one) { return one.failure.has_value(); });
}

void stop_from(std::vector<std::stop_source>& stops, std::size_t first) {
  for (std::size_t i = first; i < stops.size(); ++i) stops[i].request_stop();
}

}  // namespace

Result<std::vector<ProofStep>> side_by_side(const std::vector<Runner>& runners,
                                            const std::stop_token& stop) {
  std::vector<std::stop_source> stops(runners.size());
  std::vector<std::vector<Shown>> shown(runners.size());
  {
    const std::stop_callback pass_on(stop, [&] { stop_from(stops, 0); });
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < runners.size(); ++i)
      threads.emplace_back([&, i] {
        shown[i] = runners[i](stops[i].get_token());
        if (has_failed(shown[i])) stop_from(stops, i + 1);
      });
  }
  std::vector<ProofStep> steps;
  for (std::vector<Shown>& some : shown) {
    for (Shown& one : some) {
      if (one.failure) return *std::move(one.failure);
      steps.push_back(std::move(one.step));
    }
  }
  return steps;
}

}  // namespace crafter
