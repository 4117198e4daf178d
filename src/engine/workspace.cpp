#include "engine/workspace.h"

#include <utility>

#include "install/renew.h"
#include "os/disk.h"

namespace crafter {

std::optional<std::string> Workspace::find(const std::string& from) {
  return find_upwards(from, kStateFolder);
}

Result<bool> Workspace::make(const std::string& folder) {
  TRY(auto disk, open_disk(folder));
  TRY(const auto there, disk->look(kStateFolder));
  TRY(auto state, create_disk(folder + "/" + std::string(kStateFolder), /*is_private=*/true));
  for (const char* inner : {"parts", "inbox"}) TRY(state->make_folder(inner));
  TRY(auto journal, Journal::open(state->location() + "/state.db", system_clock()));
  return !there.has_value();
}

Workspace::Workspace(std::string path, std::unique_ptr<Directory> folder,
                     std::unique_ptr<Directory> state, std::unique_ptr<Journal> journal)
    : path_(std::move(path)),
      folder_(std::move(folder)),
      state_(std::move(state)),
      journal_(std::move(journal)) {}

Result<std::unique_ptr<Workspace>> Workspace::open(const std::string& folder) {
  TRY(auto disk, open_disk(folder));
  TRY(auto state, disk->open(kStateFolder));
  TRY(auto journal, Journal::open(state->location() + "/state.db", system_clock()));
  return std::unique_ptr<Workspace>(
      new Workspace(folder, std::move(disk), std::move(state), std::move(journal)));
}

std::string Workspace::project_path(const std::string& name) const { return path_ + "/" + name; }

Result<std::vector<std::string>> Workspace::settle() {
  TRY(const auto orphans, journal_->take_over());
  std::vector<std::string> left;
  for (const std::string& id : orphans) {
    TRY(const auto build, journal_->find(id));
    if (!build) continue;
    TRY(const bool settled, settle_one(*build));
    if (!settled) left.push_back(id);
  }
  const RunningBuilds running = [this] { return journal_->running(); };
  TRY(recover(*state_, running));
  TRY(finish_updates(*folder_, *state_, running));
  return left;
}

/// A create whose tree is in place needs its last word only, and so does a delete that took the
/// tree away; a delete that did not is called off: to finish it now would surprise its owner. An
/// update that was decided is carried out.
Result<bool> Workspace::settle_one(const Build& build) {
  const bool is_delete = build.kind == "delete";
  TRY(const auto there, folder_->look(build.server_name));
  const auto project = folder_->open(build.server_name);
  const bool is_made = project && made_by(**project) == build.id;
  TRY(const bool is_decided, is_updating(*state_, build.server_name, build.id));
  if (!is_delete && !is_made && !is_decided) return false;
  if (auto started = journal_->start(build.id); !started) return true;  // somebody else was faster
  TRY(finish_update(*folder_, *state_, build.server_name, build.id));
  const bool done = !is_delete || !there;
  TRY(journal_->finish(build.id, done ? BuildState::success : BuildState::cancelled,
                       done ? "finished after its process was gone" : "its process was gone", {}));
  return true;
}

}  // namespace crafter
