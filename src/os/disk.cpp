// Folders on the disk: every operation goes through descriptors, below the folder that was opened.

#include "os/disk.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <linux/fs.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "os/fault.h"
#include "os/fd.h"
#include "os/file.h"
#include "os/path.h"
#include "os/tree.h"

namespace crafter {
namespace {

constexpr int kFolder = O_RDONLY | O_DIRECTORY;
/// Larger files are not read whole: nothing of ours is, and a sparse one would eat all memory.
constexpr std::size_t kLargestFile = std::size_t{256} << 20;

Access access_of(mode_t mode) {
  if ((mode & S_IXUSR) != 0) return Access::executable;
  return (mode & (S_IRWXG | S_IRWXO)) == 0 ? Access::secret : Access::normal;
}

Entry entry_of(std::string path, const struct stat& status) {
  if (S_ISREG(status.st_mode)) return {std::move(path), EntryKind::file, access_of(status.st_mode)};
  if (S_ISDIR(status.st_mode)) return {std::move(path), EntryKind::folder, Access::normal};
  return {std::move(path), S_ISLNK(status.st_mode) ? EntryKind::link : EntryKind::other,
          Access::normal};
}

/// An entry, as the open folder it is in and its name there.
struct Spot {
  Fd folder;
  std::string name;
};

class Disk final : public Directory {
 public:
  Disk(Fd folder, std::string location)
      : folder_(std::move(folder)), location_(std::move(location)) {}

  [[nodiscard]] Result<std::string> read(std::string_view path) const override;
  [[nodiscard]] Result<std::vector<Entry>> list(std::string_view under) const override;
  [[nodiscard]] Result<std::optional<Entry>> look(std::string_view path) const override;
  Result<> write(std::string_view path, std::string_view bytes, Access access) override;
  Result<> make_folder(std::string_view path) override;
  Result<> remove(std::string_view path) override;
  Result<> rename(std::string_view from, std::string_view to) override;
  Result<> exchange(std::string_view one, std::string_view two) override;
  Result<> sync() override;
  [[nodiscard]] Result<std::unique_ptr<Directory>> open(std::string_view path) const override;
  [[nodiscard]] std::string location() const override { return location_; }

 private:
  [[nodiscard]] Failure failure(int error, std::string_view verb, std::string_view path) const {
    return system_failure(error, verb, join_path(location_, path));
  }
  [[nodiscard]] Result<Spot> spot(std::string_view path, std::string_view verb) const;
  [[nodiscard]] Result<Fd> make_folders(std::string_view path) const;

  Fd folder_;
  std::string location_;
};

Result<Spot> Disk::spot(std::string_view path, std::string_view verb) const {
  TRY(check_path(path));
  auto [folder, name] = split_path(path);
  Fd opened = open_below(folder_.number(), folder, kFolder);
  if (!opened) return failure(errno, verb, path);
  return Spot{std::move(opened), std::move(name)};
}

/// The folder `path` ("" = this one), made as needed, opened.
Result<Fd> Disk::make_folders(std::string_view path) const {
  Fd there = open_below(folder_.number(), std::string(path), kFolder);
  if (there) return there;
  if (errno != ENOENT) return failure(errno, "make", path);
  const auto [above, name] = split_path(path);
  TRY(const Fd folder, make_folders(above));
  const bool is_new = ::mkdirat(folder.number(), name.c_str(), 0755) == 0;
  if (!is_new && errno != EEXIST) return failure(errno, "make", path);
  Fd made = open_below(folder.number(), name, kFolder);
  if (!made) return failure(errno, "make", path);
  if (is_new && ::fchmod(made.number(), 0755) != 0)  // despite the umask
    return failure(errno, "make", path);
  return made;
}

Result<std::string> Disk::read(std::string_view path) const {
  TRY(const Spot at, spot(path, "read"));
  const Fd file = open_below(at.folder.number(), at.name, O_RDONLY);
  if (!file) return failure(errno, "read", path);
  struct stat status{};
  if (::fstat(file.number(), &status) != 0) return failure(errno, "read", path);
  if (S_ISDIR(status.st_mode)) return failure(EISDIR, "read", path);
  if (!S_ISREG(status.st_mode))
    return Failure(Fault::conflict, "os.in_the_way",
                   fmt::format("cannot read {}/{}: it is no regular file", location_, path));
  std::string bytes;
  if (const int error = read_all(file.number(), kLargestFile, &bytes); error != 0)
    return failure(error, "read", path);
  return bytes;
}

Result<std::vector<Entry>> Disk::list(std::string_view under) const {
  if (!under.empty()) TRY(check_path(under));
  std::vector<Entry> entries;
  std::vector<std::string> pending{std::string(under)};
  while (!pending.empty()) {
    const std::string path = std::move(pending.back());
    pending.pop_back();
    const Fd folder = open_below(folder_.number(), path, kFolder);
    if (!folder && errno == ENOENT && path != under) continue;  // gone meanwhile
    std::vector<Found> found;
    const int error = folder ? read_folder(folder.number(), &found) : errno;
    if (error != 0) return failure(error, "list", path);
    for (Found& next : found) {
      entries.push_back(entry_of(join_path(path, next.name), next.status));
      if (entries.back().kind == EntryKind::folder) pending.push_back(entries.back().path);
    }
  }
  std::ranges::sort(entries, {}, &Entry::path);
  return entries;
}

Result<std::optional<Entry>> Disk::look(std::string_view path) const {
  TRY(check_path(path));
  const auto [folder, name] = split_path(path);
  const Fd opened = open_below(folder_.number(), folder, kFolder);
  struct stat status{};
  if (opened && ::fstatat(opened.number(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0)
    return std::optional(entry_of(std::string(path), status));
  if (errno == ENOENT || errno == ENOTDIR) return std::optional<Entry>();
  return failure(errno, "look at", path);
}

Result<> Disk::write(std::string_view path, std::string_view bytes, Access access) {
  TRY(check_path(path));
  const auto [above, name] = split_path(path);
  TRY(const Fd folder, make_folders(above));
  struct stat status{};
  if (::fstatat(folder.number(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
      !S_ISREG(status.st_mode))
    return failure(S_ISDIR(status.st_mode)   ? EISDIR
                   : S_ISLNK(status.st_mode) ? ELOOP
                                             : EEXIST,
                   "write", path);
  const int error = replace_file(folder.number(), name, bytes, mode_of(access));
  if (error != 0) return failure(error, "write", path);
  return {};
}

Result<> Disk::make_folder(std::string_view path) {
  TRY(check_path(path));
  TRY(make_folders(path));
  return {};
}

Result<> Disk::remove(std::string_view path) {
  TRY(check_path(path));
  const auto [above, name] = split_path(path);
  const Fd folder = open_below(folder_.number(), above, kFolder);
  if (!folder && (errno == ENOENT || errno == ENOTDIR)) return {};
  const int error = folder ? remove_entry(folder.number(), name) : errno;
  if (error != 0) return failure(error, "remove", path);
  return {};
}

Result<> Disk::rename(std::string_view from, std::string_view to) {
  TRY(const Spot source, spot(from, "rename"));
  TRY(const Spot target, spot(to, "rename to"));
  if (is_below(to, from)) return failure(ENOTEMPTY, "rename to", to);
  const int error =
      rename_to_free_name(source.folder.number(), source.name, target.folder.number(), target.name);
  if (error != 0) return failure(error, "rename", error == ENOENT ? from : to);
  return {};
}

Result<> Disk::exchange(std::string_view one, std::string_view two) {
  TRY(const Spot first, spot(one, "exchange"));
  TRY(const Spot second, spot(two, "exchange"));
  if (is_below(one, two) || is_below(two, one)) return failure(ENOTEMPTY, "exchange", one);
  if (::renameat2(first.folder.number(), first.name.c_str(), second.folder.number(),
                  second.name.c_str(), RENAME_EXCHANGE) != 0)
    return failure(errno, "exchange", one);
  return {};
}

Result<> Disk::sync() {
  if (retry([&] { return ::syncfs(folder_.number()); }) != 0) return failure(errno, "sync", "");
  return {};
}

Result<std::unique_ptr<Directory>> Disk::open(std::string_view path) const {
  TRY(check_path(path));
  Fd folder = open_below(folder_.number(), std::string(path), kFolder);
  if (!folder) return failure(errno, "open", path);
  return std::unique_ptr<Directory>(
      std::make_unique<Disk>(std::move(folder), join_path(location_, path)));
}

}  // namespace

Result<std::unique_ptr<Directory>> open_disk(const std::string& path) {
  const std::string location = absolute_path(".", path);
  Fd folder(retry([&] { return ::open(location.c_str(), kFolder | O_CLOEXEC); }));
  if (!folder) return system_failure(errno, "open", path);
  return std::unique_ptr<Directory>(std::make_unique<Disk>(std::move(folder), location));
}

}  // namespace crafter
