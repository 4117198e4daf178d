// Starting a child process, and the end of it and its whole group.

#pragma once

#include <sys/types.h>

#include "os/fd.h"
#include "os/process.h"

namespace crafter {

/// A started child in a process group of its own. Destruction kills the group and reaps the child.
/// Until then its process id stays its own, even when it has ended.
class Spawned {
 public:
  static Result<Spawned> start(const Command& command);
  Spawned(Spawned&& other) noexcept;
  Spawned& operator=(Spawned&&) = delete;
  ~Spawned();

  [[nodiscard]] pid_t pid() const { return pid_; }
  /// Becomes readable when the child has ended (pidfd).
  [[nodiscard]] int ended() const { return ended_.number(); }
  /// 128 + signal when killed by one. Waits for the end.
  [[nodiscard]] int exit_code() const;
  void kill_group() const;

  Fd input;  ///< our ends, not blocking
  Fd output;
  Fd errors;

 private:
  Spawned(pid_t pid, Fd ended) : pid_(pid), ended_(std::move(ended)) {}

  pid_t pid_;  // 0 once moved from
  Fd ended_;
};

/// The file that words[0] means: looked up in PATH of the command's own environment.
Result<std::string> find_program(const Command& command);

}  // namespace crafter
