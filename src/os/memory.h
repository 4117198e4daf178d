// Directories that are not on the disk: in memory, one laid over another, and one that fails.

#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "os/directory.h"

namespace crafter {

/// A tree in memory; also how the catalog embedded in the program is seen.
std::unique_ptr<Directory> memory_directory();

/// A constant tree whose bytes live as long as the program: path and bytes, sorted by path. Writing
/// fails (internal).
struct EmbeddedFile {
  std::string_view path;
  std::string_view bytes;
};
std::unique_ptr<Directory> embedded_directory(const EmbeddedFile* files, std::size_t count);

/// Reading looks into `layers` in order, the first that has the path wins; `list` is the union.
/// Writing fails (internal).
std::unique_ptr<Directory> overlay_directory(std::vector<std::unique_ptr<Directory>> layers);

/// Passes everything to `inner`, but its n-th changing operation (from 1) and all later ones fail
/// with unavailable.
std::unique_ptr<Directory> faulty_directory(std::unique_ptr<Directory> inner, int failing);

}  // namespace crafter
