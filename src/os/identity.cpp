// Reads /proc to say who a process is, and whether it is still there.

#include "os/identity.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>

#include "os/fd.h"

namespace crafter {
namespace {

/// The beginning of a small file of the kernel's, without the line feed at its end; "" if it cannot
/// be read.
std::string read_kernel_file(const std::string& path) {
  const Fd file(retry([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC); }));
  std::array<char, 1024> buffer{};
  const ssize_t count = retry([&] { return ::read(file.number(), buffer.data(), buffer.size()); });
  std::string text(buffer.data(), count > 0 ? static_cast<std::size_t>(count) : 0);
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

/// A process as /proc/PID/stat tells it (proc(5)).
struct Stat {
  char state = 0;
  std::string started;  // field 22
};

/// Fields are counted after the last ")": the name before it may contain anything.
Stat parse_stat(std::string_view text) {
  const std::size_t close = text.rfind(')');
  if (close == text.npos || close + 2 >= text.size()) return {};
  std::string_view rest = text.substr(close + 2);
  const char state = rest.front();
  for (int field = 3; field < 22; ++field) {
    const std::size_t space = rest.find(' ');
    if (space == rest.npos) return {};
    rest.remove_prefix(space + 1);
  }
  return {state, std::string(rest.substr(0, rest.find(' ')))};
}

std::string boot_id() { return read_kernel_file("/proc/sys/kernel/random/boot_id"); }

std::string pid_namespace() {
  std::array<char, 64> buffer{};
  const ssize_t count = ::readlink("/proc/self/ns/pid", buffer.data(), buffer.size());
  std::string name;
  for (ssize_t at = 0; at < count; ++at)
    if (const char c = buffer[static_cast<std::size_t>(at)]; c >= '0' && c <= '9') name += c;
  return name;
}

struct Identity {
  pid_t pid = 0;
  std::string_view started;
  std::string_view boot;
  std::string_view space;
};

Identity parse_identity(std::string_view text) {
  std::array<std::string_view, 4> fields;
  for (std::string_view& field : fields) {
    const std::size_t colon = text.find(':');
    field = text.substr(0, colon);
    text.remove_prefix(colon == text.npos ? text.size() : colon + 1);
  }
  Identity identity{0, fields[1], fields[2], fields[3]};
  std::from_chars(fields[0].data(), fields[0].data() + fields[0].size(), identity.pid);
  return identity;
}

}  // namespace

std::string process_identity() {
  const Stat stat = parse_stat(read_kernel_file("/proc/self/stat"));
  return fmt::format("{}:{}:{}:{}", ::getpid(), stat.started, boot_id(), pid_namespace());
}

Life process_life(std::string_view text) {
  const Identity who = parse_identity(text);
  if (who.pid <= 0) return Life::gone;
  if (who.boot != boot_id()) return Life::gone;
  if (who.space != pid_namespace()) return Life::unknown;
  const Stat stat = parse_stat(read_kernel_file(fmt::format("/proc/{}/stat", who.pid)));
  if (stat.started.empty())
    return ::kill(who.pid, 0) != 0 && errno == ESRCH ? Life::gone : Life::unknown;
  const bool is_dead = stat.state == 'Z' || stat.state == 'X';
  return stat.started == who.started && !is_dead ? Life::lives : Life::gone;
}

bool process_lives(std::string_view identity) { return process_life(identity) != Life::gone; }

}  // namespace crafter
