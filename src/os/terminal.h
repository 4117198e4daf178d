// The terminal: whether there is one, how wide, asking questions, and a line that shows progress.

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace crafter {

enum class Stream { input = 0, output = 1, error = 2 };

bool is_terminal(Stream stream);
/// Columns of standard error's terminal; 80 when there is none.
int terminal_width();

/// Writes all of it, or says that it could not (a closed or full output is the caller's failure).
bool write_all(Stream stream, std::string_view text);

/// One line typed by the user after `question` was shown on standard error; nothing at the end of
/// input. Only to be called when input and error are terminals.
std::optional<std::string> ask(std::string_view question);

}  // namespace crafter
