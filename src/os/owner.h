// Whose a folder is, what may be done in it, and whether a file is still the one that was made.

#pragma once

#include <cstdint>
#include <string>

namespace crafter {

/// Whether the folder belongs to this user (the effective one), and nobody else may write to it.
bool is_ours_alone(const std::string& folder);

/// Whether this process may make and remove entries of the folder.
bool may_write_in(const std::string& folder);

/// Tells a file from every copy of it: its number and the time of its last change, which nobody can
/// set (statx(2): ino, ctime); it stays when a folder above is renamed. "" when there is no file.
std::string stamp_of(const std::string& path);

/// In bytes; 0 when there is no file.
std::uint64_t file_size(const std::string& path);

}  // namespace crafter
