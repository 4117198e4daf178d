// The program: gathers what the world gives it, and obeys.

#include "cli/cli.h"
#include "os/disk.h"
#include "os/stop_signal.h"
#include "os/terminal.h"

int main(int count, char** words, char** variables) {
  using namespace crafter;
  cli::Outside outside;
  outside.words.assign(words + 1, words + count);
  for (; *variables != nullptr; ++variables) {
    const std::string_view variable = *variables;
    const std::size_t equals = variable.find('=');
    if (equals != variable.npos)
      outside.environment.emplace(variable.substr(0, equals), variable.substr(equals + 1));
  }
  outside.folder = absolute_path(".", ".");
  outside.input_is_terminal = is_terminal(Stream::input);
  outside.output_is_terminal = is_terminal(Stream::output);
  outside.error_is_terminal = is_terminal(Stream::error);
  outside.stop = stop_on_signals();
  return cli::obey(outside);
}
