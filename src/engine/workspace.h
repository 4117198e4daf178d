// A Workspace is the folder that holds servers, and the .mcp-crafter folder that remembers them.

#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "install/renew.h"
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
  /// unavailable with code "state.foreign_owner" when the state folder is not this user's alone:
  /// what it remembers is carried out.
  static Result<std::unique_ptr<Workspace>> open(const std::string& folder);

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] Directory& folder() { return *folder_; }
  [[nodiscard]] Directory& state() { return *state_; }
  [[nodiscard]] Journal& journal() { return *journal_; }
  [[nodiscard]] std::string project_path(const std::string& name) const;

  /// What killed processes left: their builds go back to pending, or are settled when all that was
  /// missing is the last word; stages that nobody works on are removed. The builds that are left.
  /// An update that cannot be finished is told of by `troubles`, and stops nothing else.
  Result<std::vector<std::string>> settle();
  /// Warnings of the latest `settle`: updates that are stuck, or were not begun here.
  [[nodiscard]] std::vector<Diagnostic> troubles() const;
  /// Fails while an update of `name` is stuck, or one lies there that was not begun here.
  [[nodiscard]] Result<> check_untroubled(const std::string& name) const;

 private:
  Workspace(std::string path, std::unique_ptr<Directory> folder, std::unique_ptr<Directory> state,
            std::unique_ptr<Journal> journal);
  Result<bool> settle_one(const Build& build);
  Result<bool> is_update(const std::string& name, const std::string& build_id) const;

  std::string path_;
  std::unique_ptr<Directory> folder_;
  std::unique_ptr<Directory> state_;
  std::unique_ptr<Journal> journal_;
  mutable std::mutex mutex_;
  std::vector<Stuck> stuck_;  ///< under the mutex
};

}  // namespace crafter
