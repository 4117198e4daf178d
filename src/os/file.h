// Single files by descriptor: read whole, replaced whole, moved to a free name.

#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "os/directory.h"

namespace crafter {

/// 0644, 0755 or 0600.
mode_t mode_of(Access access);

/// Reads to the end. Returns 0 or an errno; EFBIG when there are more than `limit` bytes.
int read_all(int fd, std::size_t limit, std::string* bytes);

/// Writes all bytes, waiting where `fd` does not block. Returns 0 or an errno.
int write_all(int fd, std::string_view bytes);

/// Puts a file with exactly `mode` in the open `folder` in the place of what is called `name`, by a
/// temporary file and one rename. Returns 0 or an errno, and then nothing has changed.
int replace_file(int folder, const std::string& name, std::string_view bytes, mode_t mode);

/// Renames and never replaces: EEXIST when the target is there. Returns 0 or an errno.
int rename_to_free_name(int from_folder, const std::string& from, int to_folder,
                        const std::string& to);

/// The same where the file system cannot do that in one step: files go by a hard link; a folder is
/// moved after a look, and then only an empty folder that appears in between can be replaced.
int rename_after_a_look(int from_folder, const std::string& from, int to_folder,
                        const std::string& to);

}  // namespace crafter
