// Steps of the proof that run at the same time.

#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <vector>

#include "base/result.h"
#include "check/proof.h"

namespace crafter {

/// A step that was shown, or why it was not.
struct Shown {
  ProofStep step;
  std::optional<Failure> failure;
};

/// Shows some steps, one after the other, and ends early when it is told to stop.
using Runner = std::function<std::vector<Shown>(std::stop_token)>;

/// Lets all runners run at once, each on a thread of its own, and returns their steps in order. The
/// first failure in that order counts, whichever came first in time; a failure stops those after
/// it.
Result<std::vector<ProofStep>> side_by_side(const std::vector<Runner>& runners,
                                            const std::stop_token& stop);

}  // namespace crafter
