#include "engine/crafter.h"

#include <mutex>
#include <utility>

#include "engine/absent.h"
#include "engine/asking.h"
#include "engine/build.h"
#include "engine/catalogs.h"
#include "engine/doctor.h"
#include "engine/project.h"
#include "engine/servers.h"
#include "engine/state.h"
#include "engine/updating.h"
#include "engine/working.h"
#include "install/install.h"
#include "os/disk.h"

namespace crafter {
namespace {

Preview preview_of(const Blueprint& blueprint, const std::string& workspace) {
  return {.server_name = blueprint.server_name,
          .path = workspace + "/" + blueprint.server_name,
          .form = blueprint.form,
          .warnings = blueprint.warnings,
          .files = {}};
}

std::string_view spelled(How how) {
  return how == How::copy ? "copy" : how == How::emit ? "emit" : "render";
}

Failure taken(const std::string& name) {
  return {Fault::conflict, "server.exists", name + " exists already",
          "choose another name, or delete it first"};
}

}  // namespace

std::string_view program_version() { return CRAFTER_VERSION; }

Crafter::Crafter(std::unique_ptr<State> state) : state_(std::move(state)) {}
Crafter::Crafter(Crafter&&) noexcept = default;
Crafter& Crafter::operator=(Crafter&&) noexcept = default;
Crafter::~Crafter() = default;

Result<Crafter> Crafter::open(Surroundings surroundings) {
  auto found = Workspace::find(surroundings.folder);
  TRY(Catalog catalog, load_catalog(found, surroundings.overlay));
  return Crafter(
      std::make_unique<State>(std::move(surroundings), std::move(catalog), std::move(found)));
}

const Catalog& Crafter::catalog() const { return state_->catalog; }
std::optional<std::string> Crafter::workspace() const { return state_->found; }

Result<Crafter::Initiated> Crafter::init() {
  const std::string& folder = state_->surroundings.folder;
  TRY(const bool is_new, Workspace::make(folder));
  state_->found = folder;
  return Initiated{folder, is_new};
}

Result<Preview> Crafter::validate(const FormSource& source) const {
  TRY(const Blueprint blueprint, state_->drafted(source));
  return preview_of(blueprint, state_->home());
}

Result<Preview> Crafter::preview(const FormSource& source) const {
  TRY(const Blueprint blueprint, state_->drafted(source));
  TRY(const Rendering rendering, rendered(blueprint, state_->catalog));
  Preview preview = preview_of(blueprint, state_->home());
  for (const Action& action : rendering.plan.actions)
    preview.files.push_back({action.path, std::string(spelled(action.how)), action.parts,
                             rendering.tree.at(action.path).bytes.size()});
  return preview;
}

Result<Ticket> Crafter::submit(const FormSource& source, const ProofWish& wish,
                               const Asker& asker) {
  if (state_->found) {
    TRY(Workspace * known, state_->opened_workspace());
    TRY(const auto before, asked_before(known->journal(), asker));
    if (before) return *before;
  }
  TRY(Blueprint blueprint, state_->drafted(source));
  TRY(Workspace * workspace, state_->made_workspace());
  TRY(auto left, workspace->settle());
  state_->remember(std::move(left));
  TRY(workspace->check_untroubled(blueprint.server_name));
  TRY(const auto there, workspace->folder().look(blueprint.server_name));
  if (there) return asked_or(workspace->journal(), asker, taken(blueprint.server_name));
  Submission submission{std::move(blueprint), wish};
  const Json form = journal_form(submission.blueprint.form, wish);
  return submitted(*state_, *workspace, "create", form, std::move(submission), asker);
}

Result<UpdatePreview> Crafter::preview_update(const UpdateWish& wish) const {
  TRY(Workspace * workspace, state_->opened_for(wish.name));
  TRY(const Updating updating, updating_of(*state_, *workspace, wish));
  return preview_of(updating, *workspace, wish);
}

Result<Ticket> Crafter::submit_update(const UpdateWish& wish, const Asker& asker) {
  TRY(Workspace * workspace, state_->opened_workspace());
  TRY(const auto before, asked_before(workspace->journal(), asker));
  if (before) return *before;
  TRY(auto left, workspace->settle());
  state_->remember(std::move(left));
  TRY(workspace, state_->opened_to_use(wish.name));
  TRY(Updating updating, updating_of(*state_, *workspace, wish));
  if (changes_nothing(updating))
    return asked_or(workspace->journal(), asker,
                    Ticket{{}, false, std::move(updating.blueprint.warnings)});
  if (has_obstacle(updating.files)) return conflicts_of(updating, wish.name);
  Submission submission{std::move(updating.blueprint), wish.proof, wish.style};
  const Json form = journal_form(submission.blueprint.form, wish.proof, wish.style);
  return submitted(*state_, *workspace, "update", form, std::move(submission), asker);
}

Result<Made> Crafter::work(const std::string& build_id, const Listener& listener,
                           std::stop_token stop) {
  TRY(Workspace * workspace, state_->opened_workspace());
  TRY(Made made, work_one(*state_, *workspace, build_id, listener, stop));
  for (const std::string& id : state_->take_orphans())
    TRY(work_one(*state_, *workspace, id, {}, stop));
  return made;
}

Result<Build> Crafter::status(const std::string& build_id) const {
  auto workspace = state_->opened_workspace();
  if (workspace) {
    TRY((*workspace)->settle());
    TRY(auto build, (*workspace)->journal().find(build_id));
    if (build) return *std::move(build);
  } else if (workspace.failure().fault() != Fault::not_found) {
    return std::move(workspace).failure();
  }
  return no_build(build_id);
}

Result<std::vector<Build>> Crafter::latest(int count) const {
  if (!state_->found) return std::vector<Build>();
  TRY(Workspace * workspace, state_->opened_workspace());
  TRY(workspace->settle());
  return workspace->journal().latest(count);
}

Result<std::vector<Event>> Crafter::events(std::int64_t after, const std::string& build_id) const {
  TRY(Workspace * workspace, state_->opened_workspace());
  return workspace->journal().events(after, build_id, 1000);
}

Result<std::vector<Server>> Crafter::list() const {
  if (!state_->found) return std::vector<Server>();
  TRY(Workspace * workspace, state_->opened_workspace());
  TRY(workspace->settle());
  return servers_of(*workspace);
}

Result<ServerDetails> Crafter::info(const std::string& name) const {
  TRY(Workspace * workspace, state_->opened_for(name));
  return details_of(*workspace, name);
}

Result<Proof> Crafter::check(const std::string& name, const ProofWish& wish,
                             const ProofProgress& progress, std::stop_token stop) {
  TRY(Workspace * workspace, state_->opened_to_use(name));
  return check_project(*state_, *workspace, name, wish, progress, stop);
}

Result<std::vector<Drift>> Crafter::drift(const std::string& name) const {
  TRY(Workspace * workspace, state_->opened_for(name));
  TRY(auto project, workspace->folder().open(name));
  return crafter::drift(*project);
}

Result<std::vector<Leftover>> Crafter::leftovers(const std::string& name) const {
  TRY(Workspace * workspace, state_->opened_for(name));
  TRY(const auto there, workspace->folder().look(name));
  if (!there) return std::vector<Leftover>();
  if (there->kind != EntryKind::folder)
    return std::vector<Leftover>{{name, "not a folder: it was replaced"}};
  TRY(auto project, workspace->folder().open(name));
  return crafter::leftovers(*project, state_->catalog.words("derived_files"));
}

Result<std::string> Crafter::remove(const std::string& name, bool force, const Asker& asker) {
  TRY(const auto left, leftovers(name));
  if (!left.empty() && !force) {
    std::vector<Diagnostic> diagnostics;
    for (const Leftover& item : left)
      diagnostics.push_back({.code = "delete.leftover",
                             .file = item.path,
                             .message = item.path + " is " + item.why,
                             .hint = "--force deletes it too"});
    return Failure(Fault::conflict, std::move(diagnostics));
  }
  TRY(Workspace * workspace, state_->opened_workspace());
  return remove_project(*workspace, name, asker);
}

Result<> Crafter::purge() {
  if (!state_->found) return {};
  TRY(Workspace * workspace, state_->opened_workspace());
  return purge_trash(workspace->state());
}

Result<Launch> Crafter::launch(const std::string& name, const LaunchWish& wish,
                               const ProofProgress& progress, std::stop_token stop) {
  TRY(Workspace * workspace, state_->opened_to_use(name));
  return launch_of(*state_, *workspace, name, wish, progress, stop);
}

std::vector<Diagnostic> Crafter::troubles() const {
  if (!state_->found) return {};
  const auto workspace = state_->opened_workspace();
  return workspace ? (*workspace)->troubles() : std::vector<Diagnostic>();
}

std::vector<Ailment> Crafter::doctor() const { return examine(state_->surroundings); }

}  // namespace crafter
