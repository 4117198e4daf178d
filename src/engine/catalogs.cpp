#include "engine/catalogs.h"

#include <memory>
#include <utility>
#include <vector>

#include "catalog/embedded.h"
#include "install/install.h"
#include "os/disk.h"
#include "os/memory.h"

namespace crafter {
namespace {

/// The workspace's parts/ as a catalog of its own; nothing when there are none.
Result<std::unique_ptr<Directory>> parts_of(const std::string& workspace) {
  auto state = open_disk(workspace + "/" + std::string(kStateFolder));
  if (!state) return std::unique_ptr<Directory>();
  TRY(const auto there, (*state)->look("parts"));
  if (!there) return std::unique_ptr<Directory>();  // a workspace that was killed while being made
  TRY(const auto entries, (*state)->list("parts"));
  auto copy = memory_directory();
  for (const Entry& entry : entries) {
    if (entry.kind != EntryKind::file) continue;
    TRY(const std::string bytes, (*state)->read(entry.path));
    TRY(copy->write(entry.path, bytes, entry.access));
  }
  return copy;
}

}  // namespace

Result<Catalog> load_catalog(const std::optional<std::string>& workspace,
                             const std::string& overlay) {
  std::vector<std::unique_ptr<Directory>> layers;
  if (!overlay.empty()) {
    TRY(auto disk, open_disk(overlay));
    layers.push_back(std::move(disk));
  }
  if (workspace) {
    TRY(auto parts, parts_of(*workspace));
    if (parts) layers.push_back(std::move(parts));
  }
  layers.push_back(embedded_directory(embedded_catalog(), embedded_catalog_count()));
  if (layers.size() == 1) return Catalog::load(std::move(layers.front()));
  return Catalog::load(overlay_directory(std::move(layers)));
}

}  // namespace crafter
