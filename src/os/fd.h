// A file descriptor with one owner, and system calls that go on after a signal.

#pragma once

#include <unistd.h>

#include <cerrno>
#include <utility>

namespace crafter {

/// Owns a descriptor, or none (-1).
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(other.release()) {}
  Fd& operator=(Fd&& other) noexcept {
    if (this != &other) reset(other.release());
    return *this;
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd() { reset(); }

  explicit operator bool() const { return fd_ >= 0; }
  [[nodiscard]] int number() const { return fd_; }
  [[nodiscard]] int release() { return std::exchange(fd_, -1); }
  void reset(int fd = -1) {
    const int kept = errno;
    if (fd_ >= 0) ::close(fd_);
    fd_ = fd;
    errno = kept;
  }

 private:
  int fd_ = -1;
};

/// The result of `call`, made again for as long as a signal interrupts it.
template <class Call>
auto retry(Call call) {
  for (;;) {
    const auto result = call();
    if (result != -1 || errno != EINTR) return result;
  }
}

}  // namespace crafter
