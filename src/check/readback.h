// The steps "parse" and "compile": every file reads back as what it was made from.

#pragma once

#include <stop_token>
#include <string>

#include "base/result.h"
#include "python/worker.h"
#include "render/render.h"

namespace crafter {

/// Reads every JSON and TOML file with Python's parsers, YAML with libyaml, .env with a reader of
/// its own, and compares emitted ones with their values. Of files without a value (they were
/// edited) JSON and TOML must read at all; folders that begin with a dot are the tools' own
/// business. The detail for people: "12 files read back".
Result<std::string> read_back(const Tree& tree, const PythonWorker& worker, std::stop_token stop);

/// Compiles every Python file, and finds every placed implementation equal to the submitted one.
Result<std::string> compile_all(const Tree& tree, const PythonWorker& worker, std::stop_token stop);

}  // namespace crafter
