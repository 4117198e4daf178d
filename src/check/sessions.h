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
/// Starts a server on stdio for one era: "stdio 2025-11-25", "stdio 2026-07-28".
std::vector<Shown> talk_on_stdio(const Ground& ground, const Blueprint& blueprint, mcp::Era era,
                                 std::stop_token stop);
/// Starts one server on HTTP for both eras: "http 2025-11-25", "http 2026-07-28".
std::vector<Shown> talk_on_http(const Ground& ground, const Blueprint& blueprint,
                                std::stop_token stop);

}  // namespace crafter
