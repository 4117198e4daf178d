// Decides what installing a tree would change. Pure: reads three maps, touches no disk.

#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace crafter {

using Digest = std::string;  ///< hexadecimal SHA-256 of a file's bytes

/// A path, relative to the project's root, and the digest of the file there.
using Digests = std::map<std::string, Digest, std::less<>>;

enum class Move {
  create,    ///< new in this version of the project
  update,    ///< ours, untouched since we wrote it, and now different
  keep,      ///< nothing to do: the same, or the user's edit of what did not change
  adopt,     ///< on disk already, byte for byte what we would have written
  remove,    ///< ours, untouched, and no longer part of the project
  release,   ///< edited by the user, and no longer part of the project: theirs now
  gone,      ///< deleted by the user: stays deleted, reported
  conflict,  ///< edited by the user (or a stranger's) and changed by us: a person decides
};

struct Change {
  std::string path;
  Move move;

  bool operator==(const Change&) const = default;
};

/// Compares what we last `wrote`, what is on `disk` now, and what we `want`. Sorted by path, one
/// entry for each path in `wrote` or `want`.
std::vector<Change> reconcile(const Digests& wrote, const Digests& disk, const Digests& want);

std::string_view spelled(Move move);

}  // namespace crafter
