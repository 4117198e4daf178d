// The envelope.

#include "cli/envelope.h"

#include <fmt/core.h>

#include <algorithm>

#include "cli/exits.h"

namespace crafter::cli {
namespace {

Json error_of(const Failure& failure) {
  return {{"code", exit_of(failure).name},
          {"message", brief(failure.diagnostics(), kMostBytes).front().message},
          {"diagnostics", to_json(brief(failure.diagnostics(), kMostBytes))}};
}

}  // namespace

Json envelope(std::string_view verb, const Answer& answer) {
  return {{"ok", !answer.failure},
          {"command", verb},
          {"data", answer.data},
          {"warnings", to_json(brief(answer.warnings, kMostBytes / 4))},
          {"error", answer.failure ? error_of(*answer.failure) : Json()}};
}

}  // namespace crafter::cli
