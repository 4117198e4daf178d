// The fence around code that we did not write: bubblewrap with namespaces of its own.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "os/process.h"

namespace crafter {

/// What a sandboxed command may see besides the system's own programs (/usr, /lib, /etc/ssl, ...,
/// read-only): no HOME, no network but a loopback of its own, an empty /tmp, nothing else.
struct Fence {
  std::vector<std::string> readable;  ///< seen at their own paths, read-only
  std::vector<std::string> writable;  ///< seen at their own paths
};

/// The same command, to be run behind the fence: user, PID, network, IPC, UTS and mount namespaces
/// of its own, no privileges and no way to get any, dies with us. Its environment is what `command`
/// says; HOME is an empty folder unless it says otherwise. `limits.processes` counts what runs
/// inside (not for root, whom the kernel does not count). Any signal to the child ends all of it at
/// once: a server is asked to go by closing its input.
Command fenced(const Command& command, const Fence& fence);

/// Whether a sandbox can be had here; unavailable with the reason when not. Tries one.
Result<> sandbox_works();

/// A TCP connection to 127.0.0.1:`port` as seen inside the network namespace of the fenced child
/// `pid` (what Child::pid returned), made by a short-lived process that joins it. The caller owns
/// the descriptor. unavailable when nobody listens there.
Result<int> connect_inside(int pid, int port);
/// The same without a fence.
Result<int> connect_loopback(int port);

}  // namespace crafter
