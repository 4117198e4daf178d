// The steps that run the project's code: its tests, and its server over each transport.

#pragma once

#include <stop_token>
#include <vector>

#include "check/ground.h"
#include "check/side_by_side.h"
#include "mcp/client.h"

namespace crafter {

/// Runs the project's tests: the step "tests". No test at all is a failure.
std::vector<Shown> run_tests(const Ground& ground, std::stop_token stop);
/// Starts servers, one after the other, until something is wrong: on stdio for each era, then one
/// on HTTP for both. The steps "stdio 2025-11-25", "stdio 2026-07-28", "http 2025-11-25" ...
std::vector<Shown> talk_with(const Ground& ground, const Blueprint& blueprint,
                             std::stop_token stop);

}  // namespace crafter
