// Proves a tree step by step; what runs the project's code runs side by side.

#include "check/prover.h"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <iterator>

#include "check/readback.h"
#include "check/sessions.h"
#include "check/side_by_side.h"
#include "check/step.h"
#include "os/sandbox.h"

namespace crafter {
namespace {

using Time = std::chrono::steady_clock;

Failure no_sandbox(const Failure& why) {
  Diagnostic diagnostic = why.diagnostics().front();
  diagnostic.code = "sandbox.missing";
  diagnostic.hint += "; or say --unsandboxed to run the code of this project without one";
  return {Fault::unavailable, std::move(diagnostic)};
}

class ProcessProver final : public Prover {
 public:
  ProcessProver(const Catalog& catalog, PythonHome home, const PythonWorker& worker)
      : catalog_(catalog), home_(std::move(home)), worker_(worker) {}

  Result<Proof> check(const Tree& tree, const Blueprint& blueprint, const ProofWish& wish,
                      Directory& scratch, const ProofProgress& progress,
                      std::stop_token stop) override;

 private:
  Result<std::string> prepare(Ground& ground, const Tree& tree, const ProofProgress& progress,
                              const std::stop_token& stop) const;

  const Catalog& catalog_;
  const PythonHome home_;
  const PythonWorker& worker_;
};

/// Shows one step on this thread and adds it to the proof.
template <class Show>
Result<> add_step(Proof& proof, const std::string& name, Show show) {
  const auto begin = Time::now();
  TRY(std::string detail, show());
  proof.steps.push_back({.name = name,
                         .detail = std::move(detail),
                         .milliseconds = (Time::now() - begin) / std::chrono::milliseconds(1)});
  return {};
}

Result<> write_copy(const Tree& tree, Directory& scratch) {
  for (const auto& [path, file] : tree) TRY(scratch.write(path, file.bytes, file.access));
  return {};
}

Result<std::string> pyproject_of(const Tree& tree) {
  const auto file = tree.find("pyproject.toml");
  if (file != tree.end()) return file->second.bytes;
  return step_failure("environment", "the project has no pyproject.toml");
}

Result<std::string> ProcessProver::prepare(Ground& ground, const Tree& tree,
                                           const ProofProgress& progress,
                                           const std::stop_token& stop) const {
  TRY(const std::string pyproject, pyproject_of(tree));
  const auto say = [&](const std::string& words) { progress("environment", words); };
  TRY(ground.environment, environment_for(home_, pyproject, say, stop));
  return fmt::format("{} packages", ground.environment.installed.size());
}

Result<Proof> ProcessProver::check(const Tree& tree, const Blueprint& blueprint,
                                   const ProofWish& wish, Directory& scratch,
                                   const ProofProgress& progress, std::stop_token stop) {
  Proof proof{.level = wish.level, .sandboxed = !wish.unsandboxed};
  if (wish.level == ProofLevel::none) return proof;
  progress("parse", "reading every file back");
  TRY(add_step(proof, "parse", [&] { return read_back(tree, worker_, stop); }));
  progress("compile", "compiling the Python");
  TRY(add_step(proof, "compile", [&] { return compile_all(tree, worker_, stop); }));
  if (wish.level == ProofLevel::syntax) return proof;

  if (const auto works = sandbox_works(); proof.sandboxed && !works)
    return no_sandbox(works.failure());
  progress("environment", "preparing the dependencies");
  Ground ground{.folder = scratch.location(), .sandboxed = proof.sandboxed};
  TRY(add_step(proof, "environment", [&] { return prepare(ground, tree, progress, stop); }));
  ground.variables = proof_variables(blueprint, catalog_);
  proof.lock = ground.environment.lock;
  proof.versions = ground.environment.installed;
  TRY(write_copy(tree, scratch));
  progress("tests", "running the tests, and the server over stdio and HTTP in both eras");
  // Two at a time: the tests take as long as all servers together.
  TRY(auto steps,
      side_by_side({[&](std::stop_token own) { return run_tests(ground, own); },
                    [&](std::stop_token own) { return talk_with(ground, blueprint, own); }},
                   stop));
  std::ranges::move(steps, std::back_inserter(proof.steps));
  return proof;
}

}  // namespace

std::unique_ptr<Prover> process_prover(const Catalog& catalog, const PythonHome& home,
                                       const PythonWorker& worker) {
  return std::make_unique<ProcessProver>(catalog, home, worker);
}

}  // namespace crafter
