// A connected stream socket, with limits in time.

#include "os/connection.h"

#include <poll.h>
#include <sys/socket.h>

#include "os/fault.h"

namespace crafter {
namespace {

constexpr std::string_view kPeer = "the server";

}  // namespace

Result<> Patience::wait_for(int fd, short events) const {
  pollfd waits[] = {{fd, events, 0}, {stopped_.number(), POLLIN, 0}};
  for (;;) {
    const int count = retry([&] { return ::poll(waits, 2, poll_time(deadline_)); });
    if (waits[1].revents != 0)
      return Failure(Fault::cancelled, "os.cancelled", "the request was stopped");
    if (count > 0) return {};
    if (count < 0 || std::chrono::steady_clock::now() >= deadline_)
      return system_failure(count < 0 ? errno : ETIMEDOUT, "talk to", kPeer);
  }
}

Result<> Connection::send(std::string_view bytes, const Patience& patience) {
  while (!bytes.empty()) {
    TRY(patience.wait_for(socket_.number(), POLLOUT));
    const ssize_t count = retry([&] {
      return ::send(socket_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    });
    if (count < 0 && errno != EAGAIN) return system_failure(errno, "write to", kPeer);
    if (count > 0) bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

Result<std::string> Connection::receive(const Patience& patience) {
  char block[1 << 14];
  for (;;) {
    TRY(patience.wait_for(socket_.number(), POLLIN));
    const ssize_t count =
        retry([&] { return ::recv(socket_.number(), block, sizeof(block), MSG_DONTWAIT); });
    if (count >= 0) return std::string(block, static_cast<std::size_t>(count));
    if (errno != EAGAIN) return system_failure(errno, "read from", kPeer);
  }
}

}  // namespace crafter
