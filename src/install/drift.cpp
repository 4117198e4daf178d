// What people changed in a project since it was written.

#include <algorithm>

#include "base/digest.h"
#include "install/install.h"
#include "os/path.h"

namespace crafter {
namespace {

constexpr std::string_view kOurs[] = {kLockPath, kPackPath, kProofPath};

/// Whether `name`, one segment of a path, is meant by one entry of the list of derived files.
bool is_meant(std::string_view pattern, std::string_view name, bool is_folder) {
  const bool wants_folder = pattern.ends_with('/');
  if (wants_folder) pattern.remove_suffix(1);
  if (pattern.empty() || wants_folder != is_folder) return false;
  return pattern.front() == '*' ? name.ends_with(pattern.substr(1)) : name == pattern;
}

/// Whether the entry is no longer the file that was written.
Result<bool> is_edited(const Directory& project, const Entry& entry, const Locked& locked) {
  if (entry.kind != EntryKind::file) return true;
  TRY(const std::string bytes, project.read(entry.path));
  return sha256(bytes) != locked.digest;
}

}  // namespace

bool is_derived(std::string_view path, const std::vector<std::string>& derived) {
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view name = path.substr(begin, end - begin);
    const bool is_folder = end < path.size();
    const auto is_this = [&](const auto& pattern) { return is_meant(pattern, name, is_folder); };
    if (std::ranges::any_of(derived, is_this)) return true;
    begin = end + 1;
  }
  return false;
}

Result<std::vector<Leftover>> leftovers(const Directory& project,
                                        const std::vector<std::string>& derived) {
  auto read = read_lock(project);
  if (!read && read.failure().fault() != Fault::not_found) return std::move(read).failure();
  const Lock lock = read ? *std::move(read) : Lock();  // without one nothing is ours
  TRY(const auto entries, project.list());
  std::vector<Leftover> found;
  for (const Entry& entry : entries) {
    if (entry.kind == EntryKind::folder || std::ranges::count(kOurs, entry.path) > 0) continue;
    const auto locked = lock.files.find(entry.path);
    if (locked == lock.files.end()) {
      if (!is_derived(entry.path, derived)) found.push_back({entry.path, "not ours"});
      continue;
    }
    TRY(const bool edited, is_edited(project, entry, locked->second));
    if (edited) found.push_back({entry.path, "edited"});
  }
  return found;
}

Result<std::vector<Drift>> drift(const Directory& project) {
  TRY(const Lock lock, read_lock(project));
  std::vector<Drift> found;
  for (const auto& [path, locked] : lock.files) {
    TRY(const auto entry, project.look(path));
    if (!entry) {
      found.push_back({path, "deleted"});
      continue;
    }
    TRY(const bool edited, is_edited(project, *entry, locked));
    if (edited && locked.owner == Owner::crafter) found.push_back({path, "edited"});
  }
  return found;
}

}  // namespace crafter
