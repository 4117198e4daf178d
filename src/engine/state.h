// What a Crafter holds: its surroundings, the catalog, the workspace, and builds submitted here.

#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/crafter.h"
#include "engine/workspace.h"
#include "python/environment.h"
#include "python/worker.h"

namespace crafter {

/// A build that was submitted by this process: its Blueprint knows the secrets.
struct Submission {
  Blueprint blueprint;
  ProofWish wish;
  ConflictStyle style = ConflictStyle::refuse;  ///< of an update
};

/// Thread-safe where it is not constant.
struct Crafter::State {
  State(Surroundings where, Catalog parts, std::optional<std::string> workspace)
      : surroundings(std::move(where)), catalog(std::move(parts)), found(std::move(workspace)) {}

  const Surroundings surroundings;
  const Catalog catalog;
  std::optional<std::string> found;  ///< the workspace's folder

  /// Where projects are, or would be.
  [[nodiscard]] std::string home() const { return found ? *found : surroundings.folder; }
  /// not_found when there is no workspace.
  Result<Workspace*> opened_workspace();
  Result<Workspace*> made_workspace();
  /// The workspace, when it has a server called `name`; not_found else.
  Result<Workspace*> opened_for(const std::string& name);
  /// The same, unless an update of it is stuck.
  Result<Workspace*> opened_to_use(const std::string& name);

  Result<Blueprint> drafted(const FormSource& source);
  Result<Blueprint> drafted_document(Document document);
  /// With what its parts have to say among the warnings.
  Result<Blueprint> drafted_form(const Form& form);
  Result<PythonHome> python_home() const;

  void keep(const std::string& build_id, Submission submission);
  std::optional<Submission> take(const std::string& build_id);
  /// Builds of processes that are gone, for `work` to finish.
  void remember(std::vector<std::string> orphans);
  std::vector<std::string> take_orphans();

 private:
  std::mutex mutex_;
  std::unique_ptr<Workspace> workspace_;
  std::unique_ptr<PythonWorker> worker_;
  std::map<std::string, Submission> submissions_;
  std::vector<std::string> orphans_;
};

}  // namespace crafter
