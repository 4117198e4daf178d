// How the states of a build are spelled.

#include "queue/build.h"

#include "base/assert.h"

namespace crafter {
namespace {

constexpr std::array<std::string_view, 5> kStates = {"pending", "in_progress", "success", "failed",
                                                     "cancelled"};

}  // namespace

std::string_view spelled(BuildState state) {
  const auto index = static_cast<std::size_t>(state);
  CRAFTER_ASSERT(index < kStates.size());
  return kStates[index];
}

std::optional<BuildState> build_state(std::string_view text) {
  for (std::size_t at = 0; at < kStates.size(); ++at)
    if (kStates[at] == text) return static_cast<BuildState>(at);
  return std::nullopt;
}

}  // namespace crafter
