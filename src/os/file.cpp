// Single files by descriptor: read whole, replaced whole, moved to a free name.

#include "os/file.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <poll.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "os/fd.h"
#include "os/tree.h"

namespace crafter {
namespace {

constexpr int kNewFile = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;

int fill(int fd, std::string_view bytes, mode_t mode) {
  if (const int error = write_all(fd, bytes); error != 0) return error;
  return ::fchmod(fd, mode) == 0 ? 0 : errno;
}

bool is_there(int folder, const std::string& name) {
  struct stat status{};
  return ::fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
}

}  // namespace

mode_t mode_of(Access access) {
  if (access == Access::secret) return 0600;
  return access == Access::executable ? 0755 : 0644;
}

int read_all(int fd, std::size_t limit, std::string* bytes) {
  struct stat status{};
  if (::fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
    bytes->reserve(std::min(limit, static_cast<std::size_t>(status.st_size)) + 1);
  char block[1 << 14];
  for (;;) {
    const ssize_t count = retry([&] { return ::read(fd, block, sizeof(block)); });
    if (count < 0) return errno;
    if (count == 0) return 0;
    bytes->append(block, static_cast<std::size_t>(count));
    if (bytes->size() > limit) return EFBIG;
  }
}

int write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = retry([&] { return ::write(fd, bytes.data(), bytes.size()); });
    if (count < 0 && errno == EAGAIN) {
      pollfd ready{.fd = fd, .events = POLLOUT, .revents = 0};
      retry([&] { return ::poll(&ready, 1, -1); });
      continue;
    }
    if (count < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return 0;
}

int replace_file(int folder, const std::string& name, std::string_view bytes, mode_t mode) {
  const std::string temporary = temporary_name();
  Fd file(retry([&] { return ::openat(folder, temporary.c_str(), kNewFile, 0600); }));
  if (!file) return errno;
  int error = fill(file.number(), bytes, mode);
  if (::close(file.release()) != 0 && error == 0)
    error = errno;  // network file systems say it here
  if (error == 0 && ::renameat(folder, temporary.c_str(), folder, name.c_str()) != 0) error = errno;
  if (error != 0) ::unlinkat(folder, temporary.c_str(), 0);
  return error;
}

int rename_to_free_name(int from_folder, const std::string& from, int to_folder,
                        const std::string& to) {
  if (::renameat2(from_folder, from.c_str(), to_folder, to.c_str(), RENAME_NOREPLACE) == 0)
    return 0;
  if (errno != EINVAL && errno != ENOSYS) return errno;
  return rename_after_a_look(from_folder, from, to_folder, to);
}

int rename_after_a_look(int from_folder, const std::string& from, int to_folder,
                        const std::string& to) {
  if (::linkat(from_folder, from.c_str(), to_folder, to.c_str(), 0) == 0)
    return ::unlinkat(from_folder, from.c_str(), 0) == 0 ? 0 : errno;
  if (errno != EPERM && errno != EOPNOTSUPP && errno != EMLINK) return errno;
  if (is_there(to_folder, to)) return EEXIST;
  return ::renameat(from_folder, from.c_str(), to_folder, to.c_str()) == 0 ? 0 : errno;
}

}  // namespace crafter
