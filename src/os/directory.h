// The file system, as far as this program is allowed to see it.

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace crafter {

enum class EntryKind { file, folder, link, other };

/// How a file may be used. Exact modes are set whatever the umask is: 0644, 0755, 0600.
enum class Access { normal, executable, secret };

struct Entry {
  std::string path;  ///< relative, "/" between segments
  EntryKind kind = EntryKind::file;
  Access access = Access::normal;

  bool operator==(const Entry&) const = default;
};

/// A Directory is a place and everything below it. There is no way up: a path that is absolute,
/// empty or contains "..", is refused (internal); a symbolic link on the way is never followed
/// (conflict). Code that is handed a Directory can touch nothing else. Implementations are found in
/// os/disk.h (disk), os/memory.h (memory, faulty, overlay).
///
/// Faults: not_found, conflict (something is in the way), unavailable (no space, no permission,
/// input/output error; the message names the path).
class Directory {
 public:
  virtual ~Directory() = default;

  [[nodiscard]] virtual Result<std::string> read(std::string_view path) const = 0;
  /// Everything below `under` ("" = all), sorted by path, folders included, links not followed.
  [[nodiscard]] virtual Result<std::vector<Entry>> list(std::string_view under = {}) const = 0;
  /// Nothing when there is nothing at `path`.
  [[nodiscard]] virtual Result<std::optional<Entry>> look(std::string_view path) const = 0;

  /// Creates or replaces a file as a whole (a reader sees the old or the new bytes), with folders
  /// on the way as needed. Not yet durable: see `sync`.
  virtual Result<> write(std::string_view path, std::string_view bytes,
                         Access access = Access::normal) = 0;
  virtual Result<> make_folder(std::string_view path) = 0;
  /// Removes a file or link, or a folder with all below. Absence is success.
  virtual Result<> remove(std::string_view path) = 0;
  /// Moves a file or folder to a free name; conflict when `to` exists.
  virtual Result<> rename(std::string_view from, std::string_view to) = 0;
  /// Swaps two entries atomically.
  virtual Result<> exchange(std::string_view one, std::string_view two) = 0;
  /// Returns once everything written below so far would survive a power cut.
  virtual Result<> sync() = 0;

  /// The folder `path` below as a Directory of its own; not_found when it is not there.
  [[nodiscard]] virtual Result<std::unique_ptr<Directory>> open(std::string_view path) const = 0;
  /// Where it is on this machine, for messages and child processes; "" when it is nowhere.
  [[nodiscard]] virtual std::string location() const = 0;
};

}  // namespace crafter
