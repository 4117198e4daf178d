// The list of changes of an update that was decided: written once, and trusted by nobody.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "os/directory.h"

namespace crafter {

inline constexpr std::string_view kUpdating = "updating";  ///< folder of the decided ones
inline constexpr std::string_view kList = "changes.json";
inline constexpr std::string_view kSeal = "seal";  ///< an empty file; its stamp is in the list
inline constexpr std::string_view kNew = "new";    ///< the staged files
inline constexpr std::string_view kUvLock = "uv.lock";
inline constexpr std::string_view kWhatever = "*";
inline constexpr std::string_view kNoFile = "no file";  ///< like no digest

/// One change: of a file that has the digest `before` ("" for none, "*" for any file or none).
struct Step {
  std::string path;
  std::string before;
  std::string after;  ///< "" to remove it
  Access access = Access::normal;
};

/// Whose update an entry of updating/ is.
struct UpdateId {
  std::string name;
  std::string build_id;
};
std::string entry_of(const UpdateId& update);
/// Nothing when it is not called as an update is.
std::optional<UpdateId> update_of(const std::string& entry);

/// Whether it may be the name of a server (the form's pattern): never a hidden folder.
bool is_server_name(std::string_view name);

/// Whether a path of a project leads into a repository or a workspace's memory: no part writes
/// there.
bool leads_elsewhere(std::string_view path);

/// `stamp` is that of the seal beside the list.
Json to_json(const std::string& name, const std::vector<Step>& steps, const std::string& stamp);

/// The digest of what is there: "" for nothing, a word for what is no file.
Result<std::string> digest_at(const Directory& project, const std::string& path);

/// The list in the folder `entry`. conflict with code "update.foreign", naming the folder, unless
/// this program made it here: the name fits, the seal is the original one, and no step leads where
/// no update goes.
Result<std::vector<Step>> read_steps(const Directory& state, const std::string& entry);
Failure foreign_update(const Directory& state, const std::string& entry, std::string_view why);

}  // namespace crafter
