// What an update does to each file of a project. Pure: from four maps, touches no disk.

#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "install/lock.h"
#include "install/reconcile.h"

namespace crafter {

/// What becomes of contested places: nothing is written at all; git's markers are; or the user's
/// side stays, and what could not be applied lies beside it as PATH.rej, a unified diff.
enum class ConflictStyle { refuse, markers, rej };

/// "refuse", "inline", "rej"; the style of that name.
std::string_view spelled(ConflictStyle style);
std::optional<ConflictStyle> conflict_style(std::string_view word);

enum class Deed {
  keep,      ///< nothing to do
  create,    ///< new in this version of the project
  update,    ///< not edited: replaced
  merge,     ///< edited, and changed by us elsewhere: both changes
  remove,    ///< not edited, and no longer part of the project
  release,   ///< edited, and no longer part of the project: kept, theirs now
  gone,      ///< deleted by the user: stays deleted
  conflict,  ///< edited where we change it, or a stranger's file where ours would be
};
std::string_view spelled(Deed deed);

struct FileUpdate {
  std::string path;
  Deed deed = Deed::keep;
  Digest before;                     ///< on disk; "" for none
  std::optional<std::string> bytes;  ///< what is to be written, if anything
  Access access = Access::normal;
  std::string rejected;  ///< what PATH.rej is to say; "" for none
};

/// What is on disk at one path.
struct Present {
  std::string bytes;
  Access access = Access::normal;
  bool is_file = true;  ///< else a link, a folder, or out of reach behind one: left alone
  std::string in_the_way;  ///< of what is no file: the path, or the one above that is no folder
};
using Standing = std::map<std::string, Present, std::less<>>;

/// What stands at every path that we wrote or want, and at those with ".rej" behind them.
Result<Standing> standing(const Directory& project, const Lock& lock, const Tree& want);

using Pristine = std::map<std::string, std::string, std::less<>>;

/// One entry for each path that was written or is wanted, sorted. Edits are merged against the
/// `pristine` copies. `form` names the file that is input: edited, it is replaced by its new self,
/// which says the same.
std::vector<FileUpdate> plan_update(const Lock& lock, const Pristine& pristine,
                                    const Standing& now, const Tree& want, ConflictStyle style,
                                    std::string_view form);

/// The project as it will be: `now`, all its files, with the update applied; to be proven. Files
/// that are as we want them know their language.
Tree afterwards(Tree now, const std::vector<FileUpdate>& update, const Tree& want);

bool has_conflict(const std::vector<FileUpdate>& update);
/// A conflict that no style can write: something is in the way that is no file, or a .rej is.
bool has_obstacle(const std::vector<FileUpdate>& update);
/// Whether neither a file nor what we know of files would change.
bool is_nothing(const std::vector<FileUpdate>& update, const Lock& lock, const Tree& want);

}  // namespace crafter
