// Folders on the disk.

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "os/directory.h"

namespace crafter {

/// Opens a folder on the disk by openat2(RESOLVE_BENEATH | NO_SYMLINKS | NO_MAGICLINKS); with
/// `create`, makes it (and its parents) first with mode 0755, or 0700 when `is_private`.
Result<std::unique_ptr<Directory>> open_disk(const std::string& path);
Result<std::unique_ptr<Directory>> create_disk(const std::string& path, bool is_private = false);

/// The absolute path of `path` as seen from `from`, without following the last link.
std::string absolute_path(std::string_view from, std::string_view path);
/// The nearest folder at or above `from` that holds an entry called `name`, if any.
std::optional<std::string> find_upwards(const std::string& from, std::string_view name);

/// Reads a file the user named (a form), at most `limit` bytes; not_found, or unavailable for what
/// is no regular file or pipe. "-" is standard input.
Result<std::string> read_user_file(const std::string& path, std::size_t limit);

/// An advisory lock on a file (flock), held until destroyed. Waits at most `seconds`.
class FileLock {
 public:
  static Result<FileLock> take(const std::string& path, double seconds);
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  ~FileLock();

 private:
  explicit FileLock(int fd) : fd_(fd) {}
  int fd_ = -1;
};

}  // namespace crafter
