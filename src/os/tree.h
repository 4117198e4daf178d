// Folders by descriptor: opening below, listing, and removing whole trees, links never followed.

#pragma once

#include <sys/stat.h>

#include <string>
#include <vector>

#include "os/fd.h"

namespace crafter {

/// What stands in a folder.
struct Found {
  std::string name;
  struct stat status;
};

/// Opens `path` below the open `folder` (openat2: beneath, no links, close-on-exec); "" is the
/// folder itself. Holds nothing, with errno set, when it cannot.
Fd open_below(int folder, const std::string& path, int flags);

/// Everything directly in the open `folder`, unsorted. Returns 0 or an errno.
int read_folder(int folder, std::vector<Found>* found);

/// Removes the entry `name` of the open `folder` with all below it, however deep. Absence is
/// success. Returns 0 or an errno.
int remove_entry(int folder, const std::string& name);

/// A fresh name for something that is being written: ".crafter-tmp-" and random digits.
std::string temporary_name();

}  // namespace crafter
