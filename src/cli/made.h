// What to tell of a build that was done, of a form that was refused, and of several of them.

#pragma once

#include <vector>

#include "cli/answer.h"
#include "cli/outside.h"
#include "cli/sources.h"

namespace crafter::cli {

/// As to_json(Made) in engine/views.h.
Answer answer_of(const Made& made, const Manner& manner);

/// A source that never became a build.
Answer refused(const Source& source, const Failure& failure);

/// What `create --dry-run` says of a form: {server_name, path, files}.
Answer answer_of(const Preview& preview);

/// The answer itself when it is the only one, else {results: [...]} with the failure that has the
/// largest exit code.
Answer combined(std::vector<Answer> answers);

/// "proven: parse, compile and tests", or what was not shown.
std::string told(const Proof& proof, const std::string& server_name);
/// The steps one by one, for people who want to know.
std::string told_steps(const Proof& proof, std::size_t margin);

}  // namespace crafter::cli
