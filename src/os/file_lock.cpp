// Advisory locks on files (flock).

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>

#include <chrono>
#include <thread>
#include <utility>

#include "os/disk.h"
#include "os/fault.h"
#include "os/fd.h"

namespace crafter {
namespace {

constexpr std::chrono::milliseconds kPause{10};

}  // namespace

Result<FileLock> FileLock::take(const std::string& path, double seconds) {
  using Time = std::chrono::steady_clock;
  const int flags = O_RDONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW;
  Fd file(retry([&] { return ::open(path.c_str(), flags, 0644); }));
  if (!file) return system_failure(errno, "lock", path);
  const auto end = Time::now() + std::chrono::duration<double>(seconds);
  while (retry([&] { return ::flock(file.number(), LOCK_EX | LOCK_NB); }) != 0) {
    if (errno != EWOULDBLOCK) return system_failure(errno, "lock", path);
    if (Time::now() >= end)
      return Failure(Fault::conflict, "os.locked", fmt::format("{} is locked", path),
                     "another program is at work there: wait for it to end");
    std::this_thread::sleep_for(kPause);  // flock itself cannot wait for a bounded time
  }
  return FileLock(file.release());
}

FileLock::FileLock(FileLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

FileLock::~FileLock() { Fd(std::exchange(fd_, -1)).reset(); }

}  // namespace crafter
