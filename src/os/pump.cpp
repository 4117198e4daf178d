// Moves bytes between us and a child without either waiting for the other.

#include "os/pump.h"

#include <poll.h>

#include <array>
#include <csignal>
#include <ctime>

namespace crafter {
namespace {

/// Bytes read at once: what a pipe holds.
constexpr std::size_t kBlock = 1 << 16;

/// write() on a pipe that raises no SIGPIPE, whatever the program does with that signal.
ssize_t write_quietly(int fd, std::string_view bytes) {
  sigset_t pipe;
  sigset_t before;
  ::sigemptyset(&pipe);
  ::sigaddset(&pipe, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &pipe, &before);
  const ssize_t count = retry([&] { return ::write(fd, bytes.data(), bytes.size()); });
  const int error = errno;
  if (count < 0 && error == EPIPE) {
    const timespec now{};
    retry([&] { return ::sigtimedwait(&pipe, nullptr, &now); });
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = error;
  return count;
}

/// Reads once and hands it on; closes at the end.
template <class Sink>
void receive(Fd& fd, Sink sink) {
  std::array<char, kBlock> block;
  const ssize_t count = retry([&] { return ::read(fd.number(), block.data(), block.size()); });
  if (count > 0) sink(std::string_view(block.data(), static_cast<std::size_t>(count)));
  if (count == 0 || (count < 0 && errno != EAGAIN)) fd.reset();
}

}  // namespace

void Pump::send() {
  const ssize_t count = write_quietly(child_.input.number(), unsent);
  if (count >= 0) unsent.remove_prefix(static_cast<std::size_t>(count));
  if (count < 0 && errno != EAGAIN) close_input();
}

Wake Pump::turn(Deadline deadline, Events events) {
  const bool has_room = arrived.size() < limit_;
  pollfd waits[] = {{unsent.empty() ? -1 : child_.input.number(), POLLOUT, 0},
                    {has_room ? child_.output.number() : -1, POLLIN, 0},
                    {child_.errors.number(), POLLIN, 0},
                    {events.ended, POLLIN, 0},
                    {events.stopped, POLLIN, 0}};
  const int count = retry([&] { return ::poll(waits, std::size(waits), poll_time(deadline)); });
  if (count == 0) return std::chrono::steady_clock::now() < deadline ? Wake::moved : Wake::late;
  if (waits[4].revents != 0) return Wake::stopped;
  if (waits[0].revents != 0) send();
  if (waits[1].revents != 0)
    receive(child_.output, [this](std::string_view bytes) { arrived.append(bytes); });
  if (waits[2].revents != 0)
    receive(child_.errors, [this](std::string_view bytes) { errors_.add(bytes); });
  return waits[3].revents != 0 ? Wake::ended : Wake::moved;
}

void Pump::drain() {
  while (turn(deadline_in({}), {}) == Wake::moved) {
  }
}

}  // namespace crafter
