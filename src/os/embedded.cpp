// The tree that is part of the program.

#include <algorithm>
#include <span>

#include "os/constant.h"
#include "os/fault.h"
#include "os/memory.h"
#include "os/path.h"

namespace crafter {
namespace {

using Files = std::span<const EmbeddedFile>;

class Embedded final : public ConstantDirectory {
 public:
  /// Sees what is below `top` ("" = everything) of the sorted `files`.
  Embedded(Files files, std::string top) : files_(files), top_(std::move(top)) {}

  [[nodiscard]] Result<std::string> read(std::string_view path) const override {
    TRY(check_path(path));
    if (const EmbeddedFile* file = find(path)) return std::string(file->bytes);
    return system_failure(is_folder(path) ? EISDIR : ENOENT, "read", path);
  }

  [[nodiscard]] Result<std::optional<Entry>> look(std::string_view path) const override {
    TRY(check_path(path));
    if (find(path) != nullptr)
      return std::optional(Entry{std::string(path), EntryKind::file, Access::normal});
    if (is_folder(path))
      return std::optional(Entry{std::string(path), EntryKind::folder, Access::normal});
    return std::optional<Entry>();
  }

  [[nodiscard]] Result<std::vector<Entry>> list(std::string_view under) const override;
  [[nodiscard]] Result<std::unique_ptr<Directory>> open(std::string_view path) const override {
    TRY(check_path(path));
    if (!is_folder(path)) return system_failure(find(path) ? ENOTDIR : ENOENT, "open", path);
    return std::unique_ptr<Directory>(std::make_unique<Embedded>(files_, full(path)));
  }

 private:
  [[nodiscard]] std::string full(std::string_view path) const {
    return path.empty() ? top_ : join_path(top_, path);
  }
  [[nodiscard]] const EmbeddedFile* find(std::string_view path) const {
    const std::string name = full(path);
    const auto at = std::ranges::lower_bound(files_, name, {}, &EmbeddedFile::path);
    return at != files_.end() && at->path == name ? &*at : nullptr;
  }
  [[nodiscard]] bool is_folder(std::string_view path) const { return !below(full(path)).empty(); }
  /// The files below a full path: they stand together.
  [[nodiscard]] Files below(const std::string& folder) const {
    const std::string from = folder.empty() ? "" : folder + "/";
    const auto begin = std::ranges::lower_bound(files_, from, {}, &EmbeddedFile::path);
    const auto end = std::find_if_not(
        begin, files_.end(), [&](const EmbeddedFile& file) { return file.path.starts_with(from); });
    return {begin, end};
  }

  Files files_;
  std::string top_;
};

Result<std::vector<Entry>> Embedded::list(std::string_view under) const {
  if (!under.empty()) TRY(check_path(under));
  if (!under.empty() && !is_folder(under))
    return system_failure(find(under) ? ENOTDIR : ENOENT, "list", under);
  const std::size_t top = top_.empty() ? 0 : top_.size() + 1;
  std::map<std::string, Entry> entries;  // folders stand in the paths of files only
  for (const EmbeddedFile& file : below(full(under))) {
    const std::string path(file.path.substr(top));
    entries.emplace(path, Entry{path, EntryKind::file, Access::normal});
    for (auto above = split_path(path).first; is_below(above, under);
         above = split_path(above).first)
      entries.emplace(above, Entry{above, EntryKind::folder, Access::normal});
  }
  std::vector<Entry> sorted;
  for (auto& [path, entry] : entries) sorted.push_back(std::move(entry));
  return sorted;
}

}  // namespace

std::unique_ptr<Directory> embedded_directory(const EmbeddedFile* files, std::size_t count) {
  return std::make_unique<Embedded>(Files(files, count), "");
}

}  // namespace crafter
