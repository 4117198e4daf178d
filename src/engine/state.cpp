#include "engine/state.h"

#include <algorithm>
#include <iterator>

#include "base/reader.h"
#include "engine/build.h"
#include "engine/doctor.h"
#include "engine/servers.h"
#include "plan/plan.h"

namespace crafter {
namespace {

/// Asks an interpreter only when there is something to ask.
class LazySyntax final : public SyntaxCheck {
 public:
  LazySyntax(std::unique_ptr<PythonWorker>& worker, const std::string& path)
      : worker_(worker), path_(path) {}

  Result<std::vector<SyntaxProblem>> check(const std::vector<Snippet>& snippets) const override {
    if (snippets.empty()) return std::vector<SyntaxProblem>();
    if (!worker_) {
      TRY(std::string python, find_python(path_));
      worker_ = std::make_unique<PythonWorker>(std::move(python));
    }
    return worker_->check(snippets);
  }

 private:
  std::unique_ptr<PythonWorker>& worker_;
  const std::string& path_;
};

Result<Document> read_source(const FormSource& source) {
  if (!source.text.empty() || source.overrides.empty())
    return read_document(source.text, source.file);
  return Document{JsonObject(), source.file, {}};
}

/// Where a form chooses such a part.
std::string place_of(const Form& form, const Part& part) {
  const bool is_deployment = part.kind == PartKind::deployment;
  return append_pointer(form.root, is_deployment ? "deployment_config" : "capabilities");
}

}  // namespace

Result<Workspace*> Crafter::State::opened_workspace() {
  const std::lock_guard lock(mutex_);
  if (workspace_) return workspace_.get();
  if (!found)
    return Failure(Fault::not_found, "workspace.none",
                   "there is no workspace at or above " + surroundings.folder,
                   "`mcp-crafter create` or `mcp-crafter init` makes one");
  TRY(workspace_, Workspace::open(*found));
  return workspace_.get();
}

Result<Workspace*> Crafter::State::made_workspace() {
  {
    const std::lock_guard lock(mutex_);
    if (!found) {
      TRY(Workspace::make(surroundings.folder));
      found = surroundings.folder;
    }
  }
  return opened_workspace();
}

Result<Workspace*> Crafter::State::opened_for(const std::string& name) {
  if (!found)
    return Failure(Fault::not_found, "server.unknown", "there is no server called " + name,
                   "there is no workspace here either");
  TRY(Workspace * workspace, opened_workspace());
  TRY(workspace->settle());
  TRY(server_named(*workspace, name));
  return workspace;
}

Result<Workspace*> Crafter::State::opened_to_use(const std::string& name) {
  TRY(Workspace * workspace, opened_for(name));
  TRY(workspace->check_untroubled(name));
  return workspace;
}

Result<Blueprint> Crafter::State::drafted(const FormSource& source) {
  TRY(Document document, read_source(source));
  TRY(Form form, read_form(std::move(document), source.overrides));
  form.allowed_dependencies = source.allowed_dependencies;
  return drafted_form(form);
}

Result<Blueprint> Crafter::State::drafted_document(Document document) {
  TRY(const Form form, read_form(std::move(document)));
  return drafted_form(form);
}

Result<Blueprint> Crafter::State::drafted_form(const Form& form) {
  const std::lock_guard lock(mutex_);
  TRY(Blueprint blueprint, draft(form, catalog, LazySyntax(worker_, surroundings.path)));
  TRY(const auto said, remarks(blueprint, catalog));
  Problems problems{&form.document, {}, {}};
  for (const Remark& remark : said)
    problems.warning("part." + remark.part, place_of(form, *find_part(catalog, remark.part)),
                     remark.message, remark.hint);
  std::ranges::move(problems.warnings, std::back_inserter(blueprint.warnings));
  return blueprint;
}

Result<PythonHome> Crafter::State::python_home() const {
  TRY(std::string python, find_python(surroundings.path));
  TRY(check_cache(surroundings));
  return PythonHome{.python = std::move(python),
                    .cache = surroundings.cache,
                    .path = surroundings.path,
                    .passed = surroundings.passed};
}

void Crafter::State::keep(const std::string& build_id, Submission submission) {
  const std::lock_guard lock(mutex_);
  submissions_.insert_or_assign(build_id, std::move(submission));
}

std::optional<Submission> Crafter::State::take(const std::string& build_id) {
  const std::lock_guard lock(mutex_);
  const auto found_it = submissions_.find(build_id);
  if (found_it == submissions_.end()) return std::nullopt;
  auto submission = std::move(found_it->second);
  submissions_.erase(found_it);
  return submission;
}

void Crafter::State::remember(std::vector<std::string> orphans) {
  const std::lock_guard lock(mutex_);
  for (std::string& id : orphans) orphans_.push_back(std::move(id));
}

std::vector<std::string> Crafter::State::take_orphans() {
  const std::lock_guard lock(mutex_);
  return std::exchange(orphans_, {});
}

}  // namespace crafter
