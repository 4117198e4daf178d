// How a step of the proof fails: which step, what was wrong, and what the program said.

#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace crafter {

/// unverified with the code "proof.<step>" (blanks of the step's name become hyphens). `output`,
/// the end of it, is the hint.
Failure step_failure(std::string_view step, std::string message, std::string_view output = {});

/// `cause` as the failure of a step: its first message, with its hint before `output`. What was
/// cancelled stays cancelled.
Failure step_failure(std::string_view step, const Failure& cause, std::string_view output);

/// The last 60 lines of what a program wrote, 8 KiB at most, as valid UTF-8.
std::string tail(std::string_view output);

}  // namespace crafter
