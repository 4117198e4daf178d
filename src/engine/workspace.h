// A Workspace is the folder that holds servers, and the .mcp-crafter folder that remembers them.

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "os/clock.h"
#include "os/directory.h"
#include "queue/journal.h"

namespace crafter {

/// Open: its folder, its state folder and its journal, each opened when first asked for.
class Workspace {
 public:
  /// The nearest workspace at or above `from`, if any.
  static std::optional<std::string> find(const std::string& from);
  /// Makes `folder` a workspace; true when it was none before.
  static Result<bool> make(const std::string& folder);
  static Result<std::unique_ptr<Workspace>> open(const std::string& folder);

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] Directory& folder() { return *folder_; }
  [[nodiscard]] Directory& state() { return *state_; }
  [[nodiscard]] Journal& journal() { return *journal_; }
  [[nodiscard]] std::string project_path(const std::string& name) const;

  /// What killed processes left: their builds go back to pending, or are settled when all that was
  /// missing is the last word; stages that nobody works on are removed. The builds that are left.
  Result<std::vector<std::string>> settle();

 private:
  Workspace(std::string path, std::unique_ptr<Directory> folder, std::unique_ptr<Directory> state,
            std::unique_ptr<Journal> journal);
  Result<bool> settle_one(const Build& build);

  std::string path_;
  std::unique_ptr<Directory> folder_;
  std::unique_ptr<Directory> state_;
  std::unique_ptr<Journal> journal_;
};

}  // namespace crafter
