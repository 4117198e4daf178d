// Folders by descriptor: opening below, listing, and removing whole trees, links never followed.

#include "os/tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <linux/openat2.h>
#include <sys/random.h>
#include <sys/syscall.h>

#include <cstdint>
#include <memory>

#include "base/assert.h"

namespace crafter {
namespace {

constexpr int kFolder = O_RDONLY | O_DIRECTORY;
/// Levels that removal descends by itself; what lies deeper is moved up first.
constexpr int kDeepest = 64;

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

/// Opens a folder that is about to be emptied, taking the rights to do so if it is ours.
Fd open_doomed(int folder, const std::string& name) {
  Fd opened = open_below(folder, name, kFolder);
  if (!opened && errno == EACCES &&
      ::fchmodat(folder, name.c_str(), 0700, AT_SYMLINK_NOFOLLOW) == 0)
    opened = open_below(folder, name, kFolder);
  struct stat status{};
  if (opened && ::fstat(opened.number(), &status) == 0 && (status.st_mode & S_IRWXU) != S_IRWXU)
    ::fchmod(opened.number(), 0700);
  return opened;
}

/// Moves a folder that lies too deep into `top`, whose own emptying will find it again.
int move_up(int folder, const std::string& name, int top) {
  return ::renameat(folder, name.c_str(), top, temporary_name().c_str()) == 0 ? 0 : errno;
}

int remove_at(int folder, const std::string& name, int top, int depth);

/// Until nothing is found: what was moved up from below comes in again.
int empty_folder(int folder, int top, int depth) {
  for (;;) {
    std::vector<Found> found;
    if (const int error = read_folder(folder, &found); error != 0) return error;
    if (found.empty()) return 0;
    for (const Found& entry : found) {
      if (const int error = remove_at(folder, entry.name, top, depth); error != 0) return error;
    }
  }
}

int remove_at(int folder, const std::string& name, int top, int depth) {
  if (::unlinkat(folder, name.c_str(), 0) == 0 || errno == ENOENT) return 0;
  if (errno != EISDIR) return errno;
  if (::unlinkat(folder, name.c_str(), AT_REMOVEDIR) == 0) return 0;
  if (errno != ENOTEMPTY && errno != EEXIST) return errno;
  if (depth == kDeepest) return move_up(folder, name, top);
  const Fd inside = open_doomed(folder, name);
  if (!inside) return errno;
  const int highest = depth == 0 ? inside.number() : top;
  if (const int error = empty_folder(inside.number(), highest, depth + 1); error != 0) return error;
  return ::unlinkat(folder, name.c_str(), AT_REMOVEDIR) == 0 || errno == ENOENT ? 0 : errno;
}

}  // namespace

Fd open_below(int folder, const std::string& path, int flags) {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC | O_NONBLOCK);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  const char* name = path.empty() ? "." : path.c_str();
  const long fd = retry([&] { return ::syscall(SYS_openat2, folder, name, &how, sizeof(how)); });
  return Fd(static_cast<int>(fd));
}

int read_folder(int folder, std::vector<Found>* found) {
  Fd own = open_below(folder, "", kFolder);  // a read position of its own
  if (!own) return errno;
  const std::unique_ptr<DIR, CloseFolder> entries(::fdopendir(own.number()));
  if (!entries) return errno;
  static_cast<void>(own.release());
  for (errno = 0; const dirent* entry = ::readdir(entries.get()); errno = 0) {
    Found next{.name = entry->d_name, .status = {}};
    if (next.name == "." || next.name == "..") continue;
    if (::fstatat(folder, entry->d_name, &next.status, AT_SYMLINK_NOFOLLOW) == 0)
      found->push_back(std::move(next));
    else if (errno != ENOENT)  // gone meanwhile is not there
      return errno;
  }
  return errno;
}

int remove_entry(int folder, const std::string& name) { return remove_at(folder, name, folder, 0); }

std::string temporary_name() {
  std::uint64_t number = 0;
  const auto count = retry([&] { return ::getrandom(&number, sizeof(number), 0); });
  CRAFTER_ASSERT(count == sizeof(number));
  return fmt::format(".crafter-tmp-{:016x}", number);
}

}  // namespace crafter
