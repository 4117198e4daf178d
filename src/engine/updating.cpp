#include "engine/updating.h"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/digest.h"
#include "base/line_diff.h"
#include "base/text.h"
#include "engine/crafter.h"
#include "engine/project.h"
#include "install/renew.h"
#include "os/clock.h"

namespace crafter {
namespace {

/// The fields of a --form as overrides: each replaces what crafter.json says.
Result<std::vector<Override>> changes_of(const FormSource& source) {
  std::vector<Override> changes;
  if (!source.text.empty()) {
    TRY(Document document, read_document(source.text, source.file));
    TRY(const Form form, read_form(std::move(document)));
    const Json* fields = at_pointer(form.document.value, form.root);
    if (fields == nullptr || !fields->is_object())
      return Failure(Fault::invalid_input, form.document.error("form.type", form.root,
                                                               "a form is an object of fields"));
    for (const auto& [name, value] : fields->as_object())
      changes.push_back({append_pointer("", name), value, source.file});
  }
  for (const Override& each : source.overrides) changes.push_back(each);
  return changes;
}

Result<> check_name(const Blueprint& blueprint, const UpdateWish& wish,
                    const std::vector<Override>& changes) {
  if (blueprint.server_name == wish.name) return {};
  const std::string fact =
      fmt::format("the server is {}, but the form says {}", wish.name, blueprint.server_name);
  for (const Override& each : changes)
    if (each.pointer == "/server_name")
      return Failure(Fault::usage, "usage.name", fact, "a server keeps its name; leave it out");
  return Failure(Fault::invalid_input,
                 {.code = "update.renamed",
                  .pointer = "/server_name",
                  .file = fmt::format("{}/{}", wish.name, kFormPath),
                  .message = fact,
                  .hint = "a server keeps its name; create another one for a new name"});
}

Result<Blueprint> drafted_for(Crafter::State& state, const Directory& project,
                              const UpdateWish& wish) {
  TRY(const auto changes, changes_of(wish.changes));
  TRY(Document document, form_document(project));
  TRY(Form form, read_form(std::move(document), changes));
  form.allowed_dependencies = wish.changes.allowed_dependencies;
  TRY(Blueprint blueprint, state.drafted_form(form));
  TRY(check_name(blueprint, wish, changes));
  return blueprint;
}

/// The secret values that .env does not have yet.
Result<std::map<std::string, std::string>> new_secrets(const Directory& project,
                                                       const Blueprint& blueprint,
                                                       const std::string& name) {
  std::map<std::string, std::string> fresh;
  if (blueprint.secrets.empty()) return fresh;
  TRY(const auto there, env_of(project));
  std::vector<Diagnostic> other;
  for (const auto& [key, value] : blueprint.secrets) {
    const auto found = there.find(key);
    if (found == there.end())
      fresh[key] = value;
    else if (found->second != value)
      other.push_back({.code = "update.env_differs",
                       .file = fmt::format("{}/{}", name, kEnvPath),
                       .message = fmt::format("it has another value of {} than was given", key),
                       .hint = "nothing was written; change the file by hand: it is yours"});
  }
  if (!other.empty()) return Failure(Fault::conflict, std::move(other));
  return fresh;
}

/// Leaves out what is not the copy that the lock tells of.
Pristine pristine_of(Pristine copies, const Lock& lock) {
  std::erase_if(copies, [&](const auto& copy) {
    const auto locked = lock.files.find(copy.first);
    return locked == lock.files.end() || sha256(copy.second) != locked->second.digest;
  });
  return copies;
}

/// Whether there are locked versions, and the update changes what they follow from.
Result<bool> outdates(const Directory& project, const std::vector<FileUpdate>& files) {
  TRY(const auto there, project.look("uv.lock"));
  return there && std::ranges::any_of(files, [](const FileUpdate& file) {
           return file.path == "pyproject.toml" && file.bytes;
         });
}

/// What the update of `name` to a blueprint does.
Result<Updating> planned(Blueprint blueprint, const Catalog& catalog, Workspace& workspace,
                         const std::string& name, ConflictStyle style, ProofLevel level) {
  TRY(const auto project, workspace.folder().open(name));
  Updating updating{.blueprint = std::move(blueprint)};
  TRY(updating.rendering, rendered(updating.blueprint, catalog));
  TRY(updating.lock, read_lock(*project));
  TRY(const std::string packed, project->read(kPackPath));
  TRY(auto copies, unpack(packed));
  const Pristine pristine = pristine_of(std::move(copies), updating.lock);
  TRY(updating.now, standing(*project, updating.lock, updating.rendering.tree));
  updating.files = plan_update(updating.lock, pristine, updating.now, updating.rendering.tree,
                               style, kFormPath);
  TRY(updating.secrets, new_secrets(*project, updating.blueprint, name));
  TRY(const auto env, project->look(kEnvPath));
  updating.has_env = env.has_value();
  const bool is_locked = level == ProofLevel::full && !has_conflict(updating.files);
  TRY(const bool outdates_lock, outdates(*project, updating.files));
  updating.drops_lock = outdates_lock && !is_locked;
  return updating;
}

std::string diff_of(const Updating& updating, const FileUpdate& file) {
  const auto found = updating.now.find(file.path);
  const bool is_there = found != updating.now.end() && found->second.is_file;
  const std::string before = is_there ? found->second.bytes : "";
  const auto wanted = updating.rendering.tree.find(file.path);
  const bool shows_ours = file.deed == Deed::conflict && !file.bytes;
  const std::string after = file.bytes                                               ? *file.bytes
                            : shows_ours && wanted != updating.rendering.tree.end()
                                ? wanted->second.bytes
                                : "";
  if (!file.bytes && file.deed != Deed::remove && !shows_ours) return "";
  if (before.find('\0') != before.npos || after.find('\0') != after.npos) return "";
  return unified_diff(before, after);
}

std::vector<FileChange> changes_in(const Updating& updating) {
  std::vector<FileChange> changes;
  for (const FileUpdate& file : updating.files)
    if (file.deed != Deed::keep)
      changes.push_back({file.path, std::string(spelled(file.deed)), diff_of(updating, file)});
  if (!updating.secrets.empty())
    changes.push_back({std::string(kEnvPath), updating.has_env ? "merge" : "create", ""});
  if (updating.drops_lock) changes.push_back({"uv.lock", "remove", ""});
  return changes;
}

Diagnostic lock_removed(const std::string& name) {
  return {.severity = Severity::warning,
          .code = "update.lock_removed",
          .file = fmt::format("{}/uv.lock", name),
          .message = "pyproject.toml changes and nothing is proven: the locked versions go",
          .hint = fmt::format("to get them back: mcp-crafter check {}", name)};
}

std::string reason_of(const Updating& updating, const std::string& path) {
  const auto found = updating.now.find(path);
  if (found != updating.now.end() && !found->second.is_file)
    return fmt::format("{} is in the way: it is not what the update needs there",
                       found->second.in_the_way);
  if (updating.lock.files.contains(path)) return "it was edited where the update changes it";
  return "there is something of yours where the update has a file";
}

}  // namespace

Result<Updating> updating_of(Crafter::State& state, Workspace& workspace, const UpdateWish& wish) {
  TRY(const auto project, workspace.folder().open(wish.name));
  TRY(Blueprint blueprint, drafted_for(state, *project, wish));
  return planned(std::move(blueprint), state.catalog, workspace, wish.name, wish.style,
                 wish.proof.level);
}

UpdatePreview preview_of(const Updating& updating, const Workspace& workspace,
                         const UpdateWish& wish) {
  std::vector<Diagnostic> warnings = workspace.troubles();
  if (updating.drops_lock) warnings.push_back(lock_removed(wish.name));
  std::ranges::copy(updating.blueprint.warnings, std::back_inserter(warnings));
  return {.server_name = wish.name,
          .path = workspace.project_path(wish.name),
          .files = changes_in(updating),
          .is_nothing = changes_nothing(updating),
          .has_obstacle = has_obstacle(updating.files),
          .warnings = std::move(warnings)};
}

bool changes_nothing(const Updating& updating) {
  return updating.secrets.empty() &&
         is_nothing(updating.files, updating.lock, updating.rendering.tree);
}

Failure conflicts_of(const Updating& updating, const std::string& name) {
  std::vector<Diagnostic> all;
  for (const FileUpdate& file : updating.files) {
    if (file.deed != Deed::conflict) continue;
    all.push_back({.code = "update.conflict",
                   .file = fmt::format("{}/{}", name, file.path),
                   .message = reason_of(updating, file.path),
                   .hint = "nothing was written; --conflict inline marks the places, --conflict "
                           "rej keeps yours and writes the rest beside it"});
  }
  return {Fault::conflict, std::move(all)};
}

Result<Proof> build_update(const Submission& submission, const Build& job, const Bench& bench,
                           Made* made) {
  const std::string& name = job.server_name;
  TRY(const Updating updating, planned(submission.blueprint, bench.catalog, bench.workspace, name,
                                       submission.style, submission.wish.level));
  TRY(bench.reached(25, "planned"));
  if (has_obstacle(updating.files)) return conflicts_of(updating, name);
  TRY(const auto project, bench.workspace.folder().open(name));
  TRY(Tree now, tree_of(*project, bench.catalog));
  const Tree tree = afterwards(std::move(now), updating.files, updating.rendering.tree);
  TRY(bench.reached(50, "rendered"));
  ProofWish wish = submission.wish;
  if (has_conflict(updating.files)) wish.level = ProofLevel::none;
  TRY(Proof proof, proven(tree, updating.blueprint, wish, job.id, bench));
  TRY(bench.reached(85, told_of(proof)));
  const Extras extras{.secrets = updating.secrets,
                      .proof = proof,
                      .proven_at = rfc3339(system_clock().wall_milliseconds()),
                      .catalog_digest = bench.catalog.digest(),
                      .program_version = std::string(program_version())};
  TRY(install_update(bench.workspace.folder(), bench.workspace.state(), name, job.id,
                     updating.files, updating.rendering.tree, extras));
  static_cast<void>(bench.reached(95, "installed"));
  made->changes = changes_in(updating);
  made->env_written = !extras.secrets.empty();
  if (updating.drops_lock) made->warnings.push_back(lock_removed(name));
  return proof;
}

}  // namespace crafter
