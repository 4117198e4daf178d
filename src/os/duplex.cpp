// Two descriptors: one that bytes come from, one that they go to.

#include "os/duplex.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

#include <algorithm>
#include <climits>

#include "os/fault.h"

namespace crafter {
namespace {

constexpr std::size_t kBlock = 64 << 10;

bool is_blocking(const Fd& fd) { return (::fcntl(fd.number(), F_GETFL) & O_NONBLOCK) == 0; }

/// A pipe's end, opened once more so that writing there never blocks, whatever other owners of the
/// first one expect. Of anything else, and where that cannot be: `fd` itself.
Fd never_blocking(Fd fd) {
  struct stat status{};
  if (::fstat(fd.number(), &status) != 0 || !S_ISFIFO(status.st_mode)) return fd;
  const std::string path = "/proc/self/fd/" + std::to_string(fd.number());
  Fd opened(::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC));
  return opened ? std::move(opened) : std::move(fd);
}

}  // namespace

Duplex::Duplex(Fd in, Fd out, const std::stop_token& stop)
    : in_(std::move(in)), out_(std::move(out)), out_waits_(is_blocking(out_)), stopped_(stop) {}

Result<std::unique_ptr<Duplex>> Duplex::take_standard(const std::stop_token& stop) {
  Fd in(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3));
  Fd out(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3));
  const Fd nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (!in || !out || !nothing || ::dup2(nothing.number(), STDIN_FILENO) < 0 ||
      ::dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
    return system_failure(errno, "take", "standard input and output");
  return std::make_unique<Duplex>(std::move(in), never_blocking(std::move(out)), stop);
}

Result<> Duplex::wait_for(int fd, short events) {
  pollfd waits[] = {{fd, events, 0}, {stopped_.number(), POLLIN, 0}};
  if (retry([&] { return ::poll(waits, 2, -1); }) < 0)
    return system_failure(errno, "wait for", "a message");
  const bool may_go_on = events == POLLOUT && waits[0].revents != 0;  // last words
  if (waits[1].revents == 0 || may_go_on) return {};
  return Failure(Fault::cancelled, "os.cancelled", "it was stopped");
}

Result<std::string_view> Duplex::read() {
  buffer_.resize(kBlock);
  TRY(wait_for(in_.number(), POLLIN));
  const auto count = retry([&] { return ::read(in_.number(), buffer_.data(), kBlock); });
  if (count < 0) return system_failure(errno, "read from", "the client");
  return std::string_view(buffer_).substr(0, static_cast<std::size_t>(count));
}

/// Writes at once where that cannot block; waits for what does not fit.
Result<> Duplex::write(std::string_view bytes) {
  const std::lock_guard lock(mutex_);
  if (!out_waits_) {
    const auto count = retry([&] { return ::write(out_.number(), bytes.data(), bytes.size()); });
    if (count > 0) bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return write_patiently(bytes);
}

/// A pipe that is ready takes PIPE_BUF bytes without waiting; more could wait for ever.
Result<> Duplex::write_patiently(std::string_view bytes) {
  while (!bytes.empty()) {
    TRY(wait_for(out_.number(), POLLOUT));
    const std::size_t size = std::min<std::size_t>(bytes.size(), PIPE_BUF);
    const auto count = retry([&] { return ::write(out_.number(), bytes.data(), size); });
    if (count < 0 && errno != EAGAIN) return system_failure(errno, "write to", "the client");
    if (count > 0) bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

}  // namespace crafter
