#include "engine/workspace.h"

#include <fmt/core.h>

#include <utility>

#include "os/disk.h"
#include "os/owner.h"

namespace crafter {
namespace {

/// Neither the journal nor a token is for version control. Begun in stage/, where what a kill
/// leaves is removed.
Result<> write_ignore_file(Directory& state) {
  TRY(const auto there, state.look(".gitignore"));
  if (there) return {};
  TRY(state.write("stage/ignore/.gitignore", "*\n"));
  TRY(state.rename("stage/ignore/.gitignore", ".gitignore"));
  return state.remove("stage/ignore");
}

Result<> check_owner(const std::string& state) {
  if (is_ours_alone(state)) return {};
  return Failure(Fault::unavailable, "state.foreign_owner",
                 fmt::format("{} belongs to somebody else, or others may write to it", state),
                 fmt::format("what it says would be done in your name; if you trust it: chown and "
                             "chmod 700 {}", state));
}

}  // namespace

std::optional<std::string> Workspace::find(const std::string& from) {
  return find_upwards(from, kStateFolder);
}

Result<bool> Workspace::make(const std::string& folder) {
  TRY(auto disk, open_disk(folder));
  TRY(const auto there, disk->look(kStateFolder));
  TRY(auto state, create_disk(folder + "/" + std::string(kStateFolder), /*is_private=*/true));
  for (const char* inner : {"parts", "inbox"}) TRY(state->make_folder(inner));
  static_cast<void>(write_ignore_file(*state));  // two may make it at once
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
  TRY(check_owner(state->location()));
  static_cast<void>(write_ignore_file(*state));  // it may be a disk that is only read
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
  const KnownUpdate known = [this](const auto& name, const auto& id) {
    return is_update(name, id);
  };
  TRY(auto stuck, finish_updates(*folder_, *state_, running, known));
  const std::lock_guard lock(mutex_);
  stuck_ = std::move(stuck);
  return left;
}

Result<bool> Workspace::is_update(const std::string& name, const std::string& build_id) const {
  TRY(const auto build, journal_->find(build_id));
  return build && build->kind == "update" && build->server_name == name;
}

std::vector<Diagnostic> Workspace::troubles() const {
  const std::lock_guard lock(mutex_);
  std::vector<Diagnostic> all;
  for (const Stuck& stuck : stuck_) {
    all.push_back(stuck.why.diagnostics().front());
    all.back().severity = Severity::warning;
    if (!stuck.name.empty())
      all.back().message = fmt::format("the update of {} is not finished: {}", stuck.name,
                                       all.back().message);
  }
  return all;
}

Result<> Workspace::check_untroubled(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  for (const Stuck& stuck : stuck_)
    if (stuck.name.empty() || stuck.name == name) return stuck.why;
  return {};
}

/// A create whose tree is in place needs its last word only, and so does a delete that took the
/// tree away; a delete that did not is called off: to finish it now would surprise its owner. An
/// update that was decided is carried out; while that fails it waits, and no try is counted.
Result<bool> Workspace::settle_one(const Build& build) {
  const bool is_delete = build.kind == "delete";
  TRY(const auto there, folder_->look(build.server_name));
  const auto project = folder_->open(build.server_name);
  const bool is_made = project && made_by(**project) == build.id;
  TRY(const bool is_decided, is_updating(*state_, build.server_name, build.id));
  if (!is_delete && !is_made && !is_decided) return false;
  if (is_decided && !finish_update(*folder_, *state_, build.server_name, build.id)) return true;
  if (auto started = journal_->start(build.id); !started) return true;  // somebody else was faster
  const bool done = is_delete != there.has_value();
  TRY(journal_->finish(build.id, done ? BuildState::success : BuildState::cancelled,
                       done ? "finished after its process was gone" : "its process was gone", {}));
  return true;
}

}  // namespace crafter
