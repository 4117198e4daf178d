// Who a process is, so that it is not taken for a later one with the same number.

#pragma once

#include <string>
#include <string_view>

namespace crafter {

/// This process as "PID:START:BOOT:NAMESPACE": its number, when it started (clock ticks since
/// boot), the boot it lives in and the space its number counts in. Contains no secret.
std::string process_identity();

/// What can be known of a process from here.
enum class Life {
  lives,
  gone,     ///< for certain: its number is free or somebody else's, or the machine was restarted
  unknown,  ///< its number counts in another space (a container), or it hides from us
};

Life process_life(std::string_view identity);

/// Whether the process may still be there: false only when it is gone for certain.
bool process_lives(std::string_view identity);

}  // namespace crafter
