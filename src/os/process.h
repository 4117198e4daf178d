// Child processes: started without a shell, bounded in time, output and resources, killed whole.

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace crafter {

/// Limits of a child and all it starts (setrlimit); 0 leaves one as it is.
struct Rlimits {
  std::uint64_t address_space_bytes = 0;
  std::uint64_t cpu_seconds = 0;
  std::uint64_t processes = 0;
  std::uint64_t file_bytes = 0;
  std::uint64_t open_files = 0;
};

struct Command {
  std::vector<std::string> words;  ///< words[0]: a path, or a name found in PATH of `environment`
  std::string folder;              ///< working folder; "" = ours
  std::map<std::string, std::string> environment;  ///< the whole of it: nothing is inherited
  std::string input;  ///< written to standard input by `run`, then closed
  std::chrono::milliseconds time_limit{60'000};  ///< of `run`
  std::size_t output_limit = 1 << 20;  ///< bytes kept of each stream: the beginning and the end
  Rlimits limits;                      ///< core dumps are always off
};

struct Outcome {
  int exit_code = 0;  ///< 128 + signal when killed by one
  bool timed_out = false;
  std::string output;
  std::string errors;
  std::chrono::milliseconds took{0};
};

/// Runs a command to its end in a process group of its own, and kills the whole group when it is
/// over time, when `stop` is requested (cancelled), and when it is done. unavailable when the
/// program cannot be started. Should this program be killed, the kernel kills the child (but only
/// behind a fence also the child's children).
Result<Outcome> run(const Command& command, std::stop_token stop = {});

/// A running child whose standard input and output are ours. Its group is killed on destruction,
/// and the child at the latest when the thread that started it ends: whoever starts it keeps it.
/// Used by one thread at a time; `input` and `time_limit` of the command do not count.
class Child {
 public:
  static Result<std::unique_ptr<Child>> start(const Command& command);
  virtual ~Child() = default;

  /// Writes all bytes; unavailable when the child does not read them within `limit`.
  virtual Result<> write(std::string_view bytes, std::chrono::milliseconds limit) = 0;
  virtual void close_input() = 0;
  /// The next line of its output without the line feed; nothing at the end of it. unavailable when
  /// none comes within `limit` or when it is longer than `output_limit`; cancelled on `stop`.
  virtual Result<std::optional<std::string>> read_line(std::chrono::milliseconds limit,
                                                       std::stop_token stop = {}) = 0;
  /// What it wrote to standard error so far (bounded; collected while the other calls wait).
  [[nodiscard]] virtual std::string errors() = 0;
  virtual void signal(int number) = 0;
  /// Its exit code, or nothing when it still runs after `limit`.
  virtual std::optional<int> wait(std::chrono::milliseconds limit) = 0;
  [[nodiscard]] virtual int pid() const = 0;
};

/// Replaces this program by `command` (execve), for `run NAME` on stdio. Returns only on failure.
Result<> become(const Command& command);

}  // namespace crafter
