// The terminal: whether there is one, how wide, and asking questions.

#include "os/terminal.h"

#include <fmt/core.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "os/fd.h"
#include "os/file.h"

namespace crafter {

bool is_terminal(Stream stream) { return ::isatty(static_cast<int>(stream)) == 1; }

int terminal_width() {
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

bool write_all(Stream stream, std::string_view text) {
  return write_all(static_cast<int>(stream), text) == 0;
}

std::optional<std::string> ask(std::string_view question) {
  if (!write_all(Stream::error, question)) return std::nullopt;
  std::string line;
  for (char next = 0;;) {  // byte by byte: what follows the line is not ours
    const ssize_t count = ::read(STDIN_FILENO, &next, 1);
    if (count < 0) return std::nullopt;  // also after Ctrl-C: whoever asks looks at the stop token
    if (count == 0) return line.empty() ? std::nullopt : std::optional(line);
    if (next == '\n') return line;
    line += next;
  }
}

}  // namespace crafter
