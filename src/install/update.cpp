// Takes the decisions of reconcile, and merges where both sides changed a file.

#include "install/update.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/digest.h"
#include "base/line_diff.h"
#include "base/merge3.h"
#include "os/path.h"

namespace crafter {
namespace {

constexpr std::array<std::string_view, 3> kStyles{"refuse", "inline", "rej"};
constexpr std::array<std::string_view, 8> kDeeds{"keep",   "create",  "update", "merge",
                                                 "remove", "release", "gone",   "conflict"};
/// By Move; what reconcile calls a conflict is looked at more closely.
constexpr std::array kPlain{Deed::create, Deed::update,  Deed::keep, Deed::keep,
                            Deed::remove, Deed::release, Deed::gone, Deed::conflict};
constexpr std::string_view kNoFile = "no file";  // in place of a digest: like nothing we know

std::string rej_path(std::string_view path) { return std::string(path) + ".rej"; }

bool is_binary(std::string_view bytes) { return bytes.find('\0') != std::string_view::npos; }

Digests digests_of(const Standing& now) {
  Digests digests;
  for (const auto& [path, present] : now)
    digests[path] = present.is_file ? sha256(present.bytes) : std::string(kNoFile);
  return digests;
}

/// The nearest thing above `path` that is there, when it is no folder; "" else.
Result<std::string> blocking(const Directory& project, const std::string& path) {
  for (std::string above = split_path(path).first; !above.empty();
       above = split_path(above).first) {
    const auto entry = project.look(above);
    if (!entry && entry.failure().fault() == Fault::conflict) continue;  // behind a link
    if (!entry) return entry.failure();
    if (!*entry) continue;
    return (*entry)->kind == EntryKind::folder ? std::string() : above;
  }
  return std::string();
}

/// Adds what stands at `path` of the project, if anything does.
Result<> add_present(const Directory& project, const std::string& path, Standing& now) {
  const auto entry = project.look(path);
  const bool is_behind_a_link = !entry && entry.failure().fault() == Fault::conflict;
  if (!entry && !is_behind_a_link) return entry.failure();
  if (entry && *entry && (*entry)->kind == EntryKind::file) {
    TRY(std::string bytes, project.read(path));
    now[path] = Present{.bytes = std::move(bytes), .access = (*entry)->access};
    return {};
  }
  const bool is_there = entry && *entry;
  TRY(std::string above, is_there ? Result<std::string>(path) : blocking(project, path));
  if (is_there || is_behind_a_link || !above.empty())
    now[path] = Present{.is_file = false, .in_the_way = std::move(above)};
  return {};
}

/// What the planning of one file looks at.
struct Sides {
  const Locked* wrote;  ///< nullptr when it is not ours
  const std::string* base;
  const Present* disk;
  const TreeFile* want;
};

/// Who changed how the file may be used keeps it so.
Access access_of(const Sides& sides) {
  const bool is_theirs =
      sides.disk != nullptr && sides.wrote != nullptr && sides.disk->access != sides.wrote->access;
  return is_theirs ? sides.disk->access : sides.want->access;
}

void write_contested(const Sides& sides, const Merged* merged, ConflictStyle style,
                     FileUpdate* file) {
  if (merged != nullptr && style == ConflictStyle::markers) {
    file->bytes = merged->text;
  } else if (merged != nullptr && style == ConflictStyle::rej) {
    file->bytes = merged->yours;
    file->rejected = "--- a/" + file->path + "\n+++ b/" + file->path + "\n" +
                     unified_diff(merged->yours, merged->update);
  } else if (style != ConflictStyle::refuse) {  // not lines: theirs stays, ours lies beside it
    file->bytes = sides.disk->bytes;
    file->rejected = sides.want->bytes;
  }
}

/// Both sides changed the file.
void settle(const Sides& sides, ConflictStyle style, FileUpdate* file) {
  const std::string empty;
  const std::string& base = sides.base != nullptr ? *sides.base : empty;
  if (!sides.disk->is_file) return;
  if (is_binary(base) || is_binary(sides.disk->bytes) || is_binary(sides.want->bytes))
    return write_contested(sides, nullptr, style, file);
  const Merged merged = merge3(base, sides.disk->bytes, sides.want->bytes);
  if (merged.conflicts > 0) return write_contested(sides, &merged, style, file);
  file->deed = merged.text == sides.disk->bytes ? Deed::keep : Deed::merge;
  if (file->deed == Deed::merge) file->bytes = merged.text;
}

template <class Map>
const typename Map::mapped_type* at(const Map& map, const std::string& path) {
  const auto found = map.find(path);
  return found == map.end() ? nullptr : &found->second;
}

}  // namespace

std::string_view spelled(ConflictStyle style) { return kStyles[static_cast<std::size_t>(style)]; }
std::string_view spelled(Deed deed) { return kDeeds[static_cast<std::size_t>(deed)]; }

std::optional<ConflictStyle> conflict_style(std::string_view word) {
  const auto* found = std::ranges::find(kStyles, word);
  if (found == kStyles.end()) return std::nullopt;
  return static_cast<ConflictStyle>(found - kStyles.begin());
}

Result<Standing> standing(const Directory& project, const Lock& lock, const Tree& want) {
  std::set<std::string> paths;
  for (const auto& [path, locked] : lock.files) paths.insert(path);
  for (const auto& [path, file] : want) paths.insert({path, rej_path(path)});
  Standing now;
  for (const std::string& path : paths) TRY(add_present(project, path, now));
  return now;
}

std::vector<FileUpdate> plan_update(const Lock& lock, const Pristine& pristine,
                                    const Standing& now, const Tree& want, ConflictStyle style,
                                    std::string_view form) {
  Digests wrote;
  for (const auto& [path, locked] : lock.files) wrote[path] = locked.digest;
  Digests wanted;
  for (const auto& [path, file] : want) wanted[path] = sha256(file.bytes);
  const Digests disk = digests_of(now);
  std::vector<FileUpdate> update;
  for (const auto& [path, move] : reconcile(wrote, disk, wanted)) {
    const Sides sides{at(lock.files, path), at(pristine, path), at(now, path), at(want, path)};
    FileUpdate file{.path = path, .deed = kPlain[static_cast<std::size_t>(move)]};
    if (const Digest* before = at(disk, path)) file.before = *before;
    if (move == Move::conflict && path == form && sides.disk->is_file) file.deed = Deed::update;
    if (sides.want != nullptr) file.access = access_of(sides);
    if (file.deed == Deed::create || file.deed == Deed::update) file.bytes = sides.want->bytes;
    if (file.deed == Deed::conflict) settle(sides, style, &file);
    if (!file.rejected.empty() && now.contains(rej_path(path))) {
      file.bytes.reset();
      file.rejected.clear();
    }
    update.push_back(std::move(file));
  }
  return update;
}

Tree afterwards(Tree now, const std::vector<FileUpdate>& update, const Tree& want) {
  for (const FileUpdate& file : update) {
    if (file.deed == Deed::remove) now.erase(file.path);
    if (file.bytes) now[file.path] = {.bytes = *file.bytes, .access = file.access};
  }
  for (const auto& [path, file] : want) {
    const auto found = now.find(path);
    if (found != now.end() && found->second.bytes == file.bytes) found->second = file;
  }
  return now;
}

bool has_conflict(const std::vector<FileUpdate>& update) {
  return std::ranges::find(update, Deed::conflict, &FileUpdate::deed) != update.end();
}

bool has_obstacle(const std::vector<FileUpdate>& update) {
  return std::ranges::any_of(update, [](const FileUpdate& file) {
    return file.deed == Deed::conflict && !file.bytes;
  });
}

bool is_nothing(const std::vector<FileUpdate>& update, const Lock& lock, const Tree& want) {
  const bool is_same =
      lock.files.size() == want.size() &&
      std::ranges::all_of(lock.files, [&](const auto& entry) {
        const auto found = want.find(entry.first);
        return found != want.end() && sha256(found->second.bytes) == entry.second.digest;
      });
  return is_same && std::ranges::all_of(update, [](const FileUpdate& file) {
           return file.deed == Deed::keep || file.deed == Deed::gone;
         });
}

}  // namespace crafter
