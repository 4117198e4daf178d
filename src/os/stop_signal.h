// Ctrl-C and SIGTERM as a stop_token.

#pragma once

#include <stop_token>

namespace crafter {

/// Installs handlers for SIGINT and SIGTERM that request a stop of the returned token; a second
/// signal ends the program at once with 130. SIGPIPE is ignored from then on. Only `main` calls it,
/// once.
std::stop_token stop_on_signals();

}  // namespace crafter
