#include "engine/working.h"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "check/conversation.h"
#include "engine/build.h"
#include "engine/heartbeat.h"
#include "engine/project.h"
#include "engine/updating.h"
#include "install/changes.h"
#include "install/install.h"
#include "os/clock.h"
#include "os/random.h"

namespace crafter {
namespace {

/// Somebody wished something newer of the server since: an old wish must not undo that.
Result<> check_latest(Journal& journal, const Build& build) {
  TRY(const auto builds, journal.latest(1000));
  for (const Build& other : builds)  // ids are in the order of time
    if (other.server_name == build.server_name && other.id > build.id)
      return Failure(Fault::cancelled, "build.superseded",
                     "its process was gone, and a later build took its place");
  return {};
}

/// What stands in a journal may have come with a repository: nobody but who wished it runs code
/// outside the sandbox, and nothing leads out of the workspace's servers.
Result<> check_inheritable(const Build& build) {
  const Json* unsandboxed = find(build.form, "unsandboxed");
  const bool is_open = unsandboxed != nullptr && unsandboxed->is_bool() && unsandboxed->get_bool();
  if (!is_open && is_server_name(build.server_name)) return {};
  return Failure(Fault::cancelled, "build.not_inherited",
                 "its process was gone, and what it wished nobody else does: to prove without a "
                 "sandbox, or a name that is none of a server");
}

/// The submission of another process, as far as the journal knows it: without its secrets.
Result<Submission> inherited(Crafter::State& state, Journal& journal, const Build& build) {
  TRY(check_inheritable(build));
  if (build.kind == "update") TRY(check_latest(journal, build));
  const Json* form = find(build.form, "form");
  const FormSource source{.text = form != nullptr ? write_json(*form) : "{}",
                          .file = "crafter.json",
                          .overrides = {},
                          .allowed_dependencies = {}};
  TRY(Blueprint blueprint, state.drafted(source));
  blueprint.warnings.push_back({.severity = Severity::warning,
                                .code = "build.inherited",
                                .pointer = "/environment_vars",
                                .file = source.file,
                                .message = "the process that submitted this build is gone, and "
                                           "its secret values with it: no .env was written",
                                .hint = "fill in .env from .env.example"});
  return Submission{
      std::move(blueprint),
      {.level = proof_level(text_of(build.form, "proof")).value_or(ProofLevel::full),
       .unsandboxed = false},
      conflict_style(text_of(build.form, "conflict")).value_or(ConflictStyle::refuse)};
}

/// Tells the journal, then whoever listens, what the journal then holds.
class Teller {
 public:
  Teller(Journal& journal, const Build& build, const Listener& listener)
      : journal_(journal), build_(build), listener_(listener) {}

  Result<> reached(int progress, const std::string& step) {
    TRY(journal_.progress(build_.id, progress, step, step));
    tell({.build_id = build_.id,
          .server_name = build_.server_name,
          .state = BuildState::in_progress,
          .progress = progress,
          .step = step,
          .message = step,
          .at = rfc3339(system_clock().wall_milliseconds())});
    return {};
  }

  void tell(Event event) const {
    if (listener_) listener_(event);
  }

 private:
  Journal& journal_;
  const Build& build_;
  const Listener& listener_;
};

Diagnostic env_notice(const std::string& path) {
  return {.severity = Severity::warning,
          .code = "build.env_written",
          .pointer = "/environment_vars",
          .file = fmt::format("{}/.env", path),
          .message = "the secret values were written to .env, readable by you alone",
          .hint = "the ignore files name it; better still, move it into your secret store"};
}

BuildState state_of(const Failure& failure) {
  return failure.fault() == Fault::cancelled ? BuildState::cancelled : BuildState::failed;
}

Result<Proof> built(Crafter::State& state, Workspace& workspace, const Submission& submission,
                    const Build& job, Teller& teller, std::stop_token stop,
                    Made* made) {
  TRY(const PythonHome home, state.python_home());
  const PythonWorker worker(home.python);
  const auto prover = process_prover(state.catalog, home, worker);
  const Milestone reached = [&](int progress, const std::string& step) {
    return teller.reached(progress, step);
  };
  TRY(teller.reached(10, "drafted"));
  const Bench bench{state.catalog, *prover, workspace, reached, stop, state.surroundings.path};
  if (job.kind == "update") return build_update(submission, job, bench, made);
  made->env_written = !submission.blueprint.secrets.empty();
  return build(submission.blueprint, submission.wish, job.id, bench);
}

/// A folder for one check: two at once are in nobody's way.
std::string scratch_for(const std::string& name) {
  std::string digits;
  for (const char byte : random_bytes(8))
    digits += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return fmt::format("scratch/check-{}-{}", name, digits);
}

/// What a failed check leaves to be looked at takes the place of what the last one left.
void keep_latest(Directory& state, const std::string& place, const std::string& name) {
  const std::string kept = "scratch/check-" + name;
  if (state.remove(kept)) static_cast<void>(state.rename(place, kept));
}

}  // namespace

Json journal_form(const Json& form, const ProofWish& wish) {
  return JsonObject{{"form", form},
                    {"proof", std::string(spelled(wish.level))},
                    {"unsandboxed", wish.unsandboxed}};
}

Json journal_form(const Json& form, const ProofWish& wish, ConflictStyle style) {
  Json all = journal_form(form, wish);
  all.as_object()["conflict"] = spelled(style);
  return all;
}

Result<Made> work_one(Crafter::State& state, Workspace& workspace, const std::string& build_id,
                      const Listener& listener, std::stop_token stop) {
  Journal& journal = workspace.journal();
  TRY(const auto pending, journal.find(build_id));
  if (!pending) return Failure(Fault::not_found, "build.unknown", "there is no build " + build_id);
  TRY(journal.start(build_id));
  const Heartbeat heartbeat(journal, build_id);
  Made made{.build = *pending, .path = workspace.project_path(pending->server_name)};

  auto submission = state.take(build_id);
  Result<Proof> proof = Failure(Fault::internal, "build.none", "nothing was built");
  Teller teller(journal, *pending, listener);
  if (!submission) {
    auto other = inherited(state, journal, *pending);
    if (other)
      submission = *std::move(other);
    else
      proof = std::move(other).failure();
  }
  if (submission) {
    made.warnings = submission->blueprint.warnings;
    proof = built(state, workspace, *submission, *pending, teller, stop, &made);
  }
  if (!proof && proof.failure().diagnostics().front().code == "update.unfinished")
    return std::move(proof).failure();  // decided: whoever takes it over ends it
  if (proof) {
    made.proof = *proof;
    if (const auto tools = callable_tools(submission->blueprint); !tools.empty()) {
      made.tool = tools.front()->name;
      made.arguments = sample_arguments(*tools.front());
    }
    if (made.env_written) made.warnings.push_back(env_notice(made.path));
    TRY(journal.finish(build_id, BuildState::success, "done", {}));
  } else {
    const Failure& failure = proof.failure();
    TRY(journal.finish(build_id, state_of(failure), failure.message(), failure.diagnostics()));
    TRY(const auto kept, workspace.state().look("scratch/" + build_id));
    if (kept) made.scratch = workspace.state().location() + "/scratch/" + build_id;
  }
  TRY(auto done, journal.find(build_id));
  made.build = *std::move(done);
  teller.tell({.build_id = made.build.id,
               .server_name = made.build.server_name,
               .state = made.build.state,
               .progress = made.build.progress,
               .step = made.build.step,
               .message = made.build.message,
               .at = made.build.finished_at});
  return made;
}

Result<Proof> check_project(Crafter::State& state, Workspace& workspace, const std::string& name,
                            const ProofWish& wish, const ProofProgress& progress,
                            std::stop_token stop) {
  TRY(auto project, workspace.folder().open(name));
  TRY(Document document, form_document(*project));
  TRY(const Blueprint blueprint, state.drafted_document(std::move(document)));
  TRY(const Tree tree, tree_of(*project, state.catalog));
  TRY(const PythonHome home, state.python_home());
  const PythonWorker worker(home.python);
  const auto prover = process_prover(state.catalog, home, worker);
  const std::string place = scratch_for(name);
  TRY(workspace.state().make_folder(place));
  TRY(auto scratch, workspace.state().open(place));
  auto checked = prover->check(tree, blueprint, wish, *scratch, progress, stop);
  if (!checked) {
    keep_latest(workspace.state(), place, name);
    return checked;
  }
  const Proof proof = *std::move(checked);
  TRY(workspace.state().remove(place));
  const std::string at = rfc3339(system_clock().wall_milliseconds());
  TRY(project->write(kProofPath, write_pretty_json(to_json(proof, tree_digest(tree), at))));
  if (!proof.lock.empty()) TRY(project->write("uv.lock", proof.lock));
  TRY(project->sync());
  return proof;
}

Result<std::string> remove_project(Workspace& workspace, const std::string& name,
                                   const Asker& asker) {
  Journal& journal = workspace.journal();
  TRY(const Build job, journal.add("delete", name, Json(JsonObject()), asker));
  TRY(journal.start(job.id));
  TRY(const auto there, workspace.folder().look(name));
  auto moved =
      there ? move_to_trash(workspace.folder(), workspace.state(), name, job.id) : Result<>();
  if (!moved) {
    TRY(journal.finish(job.id, BuildState::failed, moved.failure().message(),
                       moved.failure().diagnostics()));
    return std::move(moved).failure();
  }
  TRY(journal.finish(job.id, BuildState::success, "moved to the trash", {}));
  return job.id;
}

Result<Launch> launch_of(Crafter::State& state, Workspace& workspace, const std::string& name,
                         const Crafter::LaunchWish& wish, const ProofProgress& progress,
                         std::stop_token stop) {
  TRY(auto project, workspace.folder().open(name));
  TRY(const std::string pyproject, project->read("pyproject.toml"));
  TRY(const PythonHome home, state.python_home());
  const auto say = [&](const std::string& words) { progress("environment", words); };
  TRY(const Environment environment, environment_for(home, pyproject, say, stop));
  TRY(auto variables, env_of(*project));
  for (const auto& [key, value] : state.surroundings.environment) variables[key] = value;
  variables.insert_or_assign("PYTHONDONTWRITEBYTECODE", std::string("1"));
  Launch launch{.command = {.words = {environment.python, "-m", "src.main"},
                            .folder = workspace.project_path(name),
                            .environment = std::move(variables)},
                .name = name};
  if (!wish.http) return launch;
  launch.port = wish.port == 0 ? 8000 : wish.port;
  for (const std::string& word : {std::string("--http"), std::string("--host"), wish.host,
                                  std::string("--port"), std::to_string(launch.port)})
    launch.command.words.push_back(word);
  return launch;
}

}  // namespace crafter
