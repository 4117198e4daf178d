// Trees laid over one another: a user's own parts over ours.

#include "os/constant.h"
#include "os/fault.h"
#include "os/memory.h"
#include "os/path.h"

namespace crafter {
namespace {

using Layers = std::vector<std::unique_ptr<Directory>>;

class Overlay final : public ConstantDirectory {
 public:
  explicit Overlay(Layers layers) : layers_(std::move(layers)) {}

  [[nodiscard]] Result<std::string> read(std::string_view path) const override {
    for (const auto& layer : layers_) {
      TRY(const auto entry, layer->look(path));
      if (entry) return layer->read(path);
    }
    return missing("read", path);
  }

  [[nodiscard]] Result<std::optional<Entry>> look(std::string_view path) const override {
    for (const auto& layer : layers_) {
      TRY(auto entry, layer->look(path));
      if (entry) return entry;
    }
    return std::optional<Entry>();
  }

  [[nodiscard]] Result<std::vector<Entry>> list(std::string_view under) const override;
  [[nodiscard]] Result<std::unique_ptr<Directory>> open(std::string_view path) const override;

 private:
  static Failure missing(std::string_view verb, std::string_view path) {
    return system_failure(ENOENT, verb, path);
  }

  Layers layers_;
};

Result<std::vector<Entry>> Overlay::list(std::string_view under) const {
  std::map<std::string, Entry> entries;
  bool is_there = under.empty();
  for (const auto& layer : layers_) {
    auto found = layer->list(under);
    if (!found && found.failure().fault() == Fault::not_found) continue;
    if (!found) return std::move(found).failure();
    is_there = true;
    for (Entry& entry : *found) entries.try_emplace(entry.path, entry);
  }
  if (!is_there) return missing("list", under);
  std::vector<Entry> sorted;
  for (auto& [path, entry] : entries) sorted.push_back(std::move(entry));
  return sorted;
}

Result<std::unique_ptr<Directory>> Overlay::open(std::string_view path) const {
  Layers opened;
  for (const auto& layer : layers_) {
    auto folder = layer->open(path);
    if (folder)
      opened.push_back(*std::move(folder));
    else if (folder.failure().fault() != Fault::not_found)
      return std::move(folder).failure();
  }
  if (opened.empty()) return missing("open", path);
  return std::unique_ptr<Directory>(std::make_unique<Overlay>(std::move(opened)));
}

}  // namespace

std::unique_ptr<Directory> overlay_directory(std::vector<std::unique_ptr<Directory>> layers) {
  return std::make_unique<Overlay>(std::move(layers));
}

}  // namespace crafter
