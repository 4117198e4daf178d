// TCP connections to a loopback: ours, or that of a fenced child.

#include <fcntl.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <bit>
#include <cstring>
#include <fstream>
#include <optional>

#include "os/fault.h"
#include "os/fd.h"
#include "os/sandbox.h"

namespace crafter {
namespace {

/// A connected socket, or nothing with errno set. Async-signal-safe.
Fd connect_here(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  Fd connection(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const timeval patience{.tv_sec = 2, .tv_usec = 0};
  ::setsockopt(connection.number(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  if (!connection || ::connect(connection.number(), generic, sizeof(address)) == 0)
    return connection;
  if (errno == EINPROGRESS || errno == EAGAIN) errno = ETIMEDOUT;
  return {};
}

/// A message of one byte that can carry a descriptor.
struct Envelope {
  char byte = 0;
  iovec content{&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr header{};

  Envelope() {
    header.msg_iov = &content;
    header.msg_iovlen = 1;
    header.msg_control = control;
    header.msg_controllen = sizeof(control);
  }
  Envelope(const Envelope&) = delete;
  Envelope& operator=(const Envelope&) = delete;
};

/// Sends `fd`, or an errno where there is none. Async-signal-safe.
void send_descriptor(int channel, const Fd& fd, int error) {
  Envelope envelope;
  envelope.byte = static_cast<char>(fd ? 0 : error);
  cmsghdr* control = CMSG_FIRSTHDR(&envelope.header);
  *control = {.cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
  const int number = fd.number();
  std::memcpy(CMSG_DATA(control), &number, sizeof(number));
  if (!fd) envelope.header.msg_controllen = 0;
  ::sendmsg(channel, &envelope.header, MSG_NOSIGNAL);
}

Fd receive_descriptor(int channel) {
  Envelope envelope;
  const int flags = MSG_CMSG_CLOEXEC;
  if (retry([&] { return ::recvmsg(channel, &envelope.header, flags); }) != 1) {
    errno = ECONNRESET;
    return {};
  }
  const cmsghdr* control = CMSG_FIRSTHDR(&envelope.header);
  if (control == nullptr) {
    errno = static_cast<unsigned char>(envelope.byte);
    return {};
  }
  int number = -1;
  std::memcpy(&number, CMSG_DATA(control), sizeof(number));
  return Fd(number);
}

/// The life of the process that goes inside: async-signal-safe calls only.
[[noreturn]] void connect_and_send(int target, int port, int channel) {
  const bool is_inside = ::setns(target, CLONE_NEWUSER | CLONE_NEWNET) == 0 ||
                         ::setns(target, CLONE_NEWNET) == 0;  // the same user namespace as ours
  const Fd connection = is_inside ? connect_here(port) : Fd();
  send_descriptor(channel, connection, errno);
  ::_exit(0);
}

std::optional<ino_t> network_of(const std::string& process) {
  struct stat status{};
  if (::stat(fmt::format("/proc/{}/ns/net", process).c_str(), &status) != 0) return std::nullopt;
  return status.st_ino;
}

/// The first process below `pid` that is in another network namespace than we are.
std::optional<int> find_inside(int pid, ino_t ours) {
  std::ifstream children(fmt::format("/proc/{0}/task/{0}/children", pid));
  for (int child = 0; children >> child;) {
    const auto network = network_of(std::to_string(child));
    if (network && *network != ours) return child;
    if (const auto deeper = find_inside(child, ours)) return deeper;
  }
  return std::nullopt;
}

Failure not_inside(int port, int error) {
  return system_failure(error, "connect to", fmt::format("port {} behind the fence", port));
}

}  // namespace

Result<int> connect_inside(int pid, int port) {
  const auto inside = find_inside(pid, network_of("self").value_or(0));
  if (!inside) return not_inside(port, ESRCH);
  const Fd target(static_cast<int>(::syscall(SYS_pidfd_open, *inside, 0)));
  int ends[2];
  if (!target || ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return not_inside(port, errno);
  const Fd channel(ends[0]);
  Fd other(ends[1]);
  const pid_t visitor = ::_Fork();
  if (visitor == 0) connect_and_send(target.number(), port, other.number());
  other.reset();
  if (visitor < 0) return not_inside(port, errno);
  Fd connection = receive_descriptor(channel.number());
  const int error = errno;
  retry([&] { return ::waitpid(visitor, nullptr, 0); });
  if (!connection) return not_inside(port, error);
  return connection.release();
}

Result<int> connect_loopback(int port) {
  Fd connection = connect_here(port);
  if (!connection) return system_failure(errno, "connect to", fmt::format("port {}", port));
  return connection.release();
}

}  // namespace crafter
