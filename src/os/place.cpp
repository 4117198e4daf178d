// Paths as people name them: made absolute, searched upwards, created, read.

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>

#include <filesystem>

#include "os/disk.h"
#include "os/fault.h"
#include "os/fd.h"
#include "os/file.h"

namespace crafter {
namespace {

/// Makes the folder unless it is there; what is made has exactly `mode`.
Result<> make_one(const std::string& path, mode_t mode) {
  if (::mkdir(path.c_str(), mode) != 0) {
    struct stat status{};
    const int error = errno;
    if (::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) return {};
    return system_failure(error == EEXIST ? ENOTDIR : error, "make", path);
  }
  if (::fchmodat(AT_FDCWD, path.c_str(), mode, AT_SYMLINK_NOFOLLOW) != 0)
    return system_failure(errno, "make", path);
  return {};
}

/// Nobody else may have prepared a folder for our secrets.
Result<> check_private(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return system_failure(errno, "look at", path);
  if (status.st_uid == ::geteuid() && (status.st_mode & (S_IWGRP | S_IWOTH)) == 0) return {};
  return Failure(Fault::conflict, "os.not_private",
                 fmt::format("{} belongs to somebody else or others may write to it", path),
                 "remove it, or choose another place");
}

Result<std::string> read_stream(int fd, const std::string& name, std::size_t limit) {
  std::string bytes;
  const int error = read_all(fd, limit, &bytes);
  if (error == EFBIG)
    return Failure(Fault::invalid_input, "os.too_large",
                   fmt::format("{} has more than {} bytes", name, limit));
  if (error != 0) return system_failure(error, "read", name);
  return bytes;
}

}  // namespace

Result<std::unique_ptr<Directory>> create_disk(const std::string& path, bool is_private) {
  const std::string location = absolute_path(".", path);
  for (std::size_t slash = location.find('/', 1);; slash = location.find('/', slash + 1)) {
    TRY(make_one(location.substr(0, slash), is_private ? 0700 : 0755));
    if (slash == location.npos) break;
  }
  if (is_private) TRY(check_private(location));
  return open_disk(location);
}

std::string absolute_path(std::string_view from, std::string_view path) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  const fs::path joined = fs::absolute(fs::path(from) / fs::path(path), ignored);
  const fs::path plain = joined.has_filename() ? joined : joined.parent_path();
  const fs::path last = plain.filename();
  const bool names_entry = !last.empty() && last != "." && last != "..";
  const fs::path resolved =
      fs::weakly_canonical(names_entry ? plain.parent_path() : plain, ignored);
  if (resolved.empty()) return joined.lexically_normal();
  return names_entry ? resolved / last : resolved;
}

std::optional<std::string> find_upwards(const std::string& from, std::string_view name) {
  namespace fs = std::filesystem;
  for (fs::path folder = absolute_path(".", from);; folder = folder.parent_path()) {
    struct stat status{};
    if (::lstat((folder / name).c_str(), &status) == 0) return folder;
    if (!folder.has_relative_path()) return std::nullopt;
  }
}

Result<std::string> read_user_file(const std::string& path, std::size_t limit) {
  if (path == "-") return read_stream(STDIN_FILENO, "standard input", limit);
  const Fd file(retry([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY); }));
  struct stat status{};
  if (!file || ::fstat(file.number(), &status) != 0) return system_failure(errno, "read", path);
  if (S_ISREG(status.st_mode) || S_ISFIFO(status.st_mode))
    return read_stream(file.number(), path, limit);
  return Failure(Fault::unavailable, "os.no_file",
                 fmt::format("cannot read {}: it is {}", path,
                             S_ISDIR(status.st_mode) ? "a folder" : "no regular file"));
}

}  // namespace crafter
