// Moves bytes between us and a child without either waiting for the other.

#pragma once

#include <string>
#include <string_view>

#include "os/deadline.h"
#include "os/kept.h"
#include "os/spawn.h"

namespace crafter {

/// Why `turn` came back.
enum class Wake { moved, ended, stopped, late };

/// One turn waits until bytes can be moved, and moves what there is.
class Pump {
 public:
  Pump(Spawned child, std::size_t limit)
      : child_(std::move(child)), limit_(limit), errors_(limit) {}

  /// Which other events end the wait, by their descriptors; -1 for none.
  struct Events {
    int ended = -1;
    int stopped = -1;
  };
  Wake turn(Deadline deadline, Events events);
  /// Moves what can be moved at once.
  void drain();

  std::string_view unsent;  ///< goes to the child's input; must live until sent
  std::string arrived;      ///< from its output; not read on while there are `limit` bytes
  [[nodiscard]] std::string errors() const { return errors_.text(); }

  [[nodiscard]] bool can_send() const { return static_cast<bool>(child_.input); }
  [[nodiscard]] bool is_at_end() const { return !child_.output; }
  [[nodiscard]] bool is_silent() const { return !child_.output && !child_.errors; }
  void close_input() { child_.input.reset(); }
  [[nodiscard]] const Spawned& child() const { return child_; }

 private:
  void send();

  Spawned child_;
  std::size_t limit_;
  Kept errors_;
};

}  // namespace crafter
