#include "engine/build.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "engine/crafter.h"
#include "engine/repository.h"
#include "install/install.h"
#include "os/clock.h"
#include "os/disk.h"

namespace crafter {
namespace {

Result<> unless_stopped(const std::stop_token& stop) {
  if (stop.stop_requested()) return Failure(Fault::cancelled, "build.cancelled", "cancelled");
  return {};
}

/// Steps of the proof that come after the environment: the first of them tells that it is ready.
bool needs_environment(const std::string& step) {
  return step != "parse" && step != "compile" && step != "environment";
}

std::function<Result<>(Directory&)> seal_of(const Blueprint& blueprint, const Bench& bench) {
  for (const auto& name : blueprint.parts) {
    const Part* part = find_part(bench.catalog, name);
    if (part == nullptr || !part->repository) continue;
    return [&bench, repository = *part->repository](Directory& staged) {
      return make_repository(staged.location(), repository, bench.path, bench.stop);
    };
  }
  return {};
}

/// Of what failed proofs left, the newest three are kept: ids are in the order of time.
void forget_old(Workspace& workspace, const std::string& newest) {
  constexpr std::size_t kKept = 3;
  const auto running = workspace.journal().running();
  const auto entries = workspace.state().list("scratch");
  if (!running || !entries) return;
  std::vector<std::string> old;
  for (const Entry& entry : *entries) {
    const std::string id = entry.path.substr(entry.path.find('/') + 1);
    const bool is_inside = id.find('/') != id.npos;
    if (is_inside || id.starts_with("check-") || id > newest) continue;
    const bool runs = id != newest && std::ranges::find(*running, id) != running->end();
    if (!runs) old.push_back(entry.path);
  }
  while (old.size() > kKept) {  // they are sorted
    static_cast<void>(workspace.state().remove(old.front()));
    old.erase(old.begin());
  }
}

}  // namespace

const Part* find_part(const Catalog& catalog, std::string_view name) {
  for (const PartKind kind : {PartKind::base, PartKind::capability, PartKind::deployment})
    if (const Part* part = catalog.find(kind, name)) return part;
  return nullptr;
}

Result<Rendering> rendered(const Blueprint& blueprint, const Catalog& catalog) {
  TRY(Plan actions, plan(blueprint, catalog));
  TRY(Tree tree, render(actions, catalog));
  return Rendering{std::move(actions), std::move(tree)};
}

Result<Proof> proven(const Tree& tree, const Blueprint& blueprint, const ProofWish& wish,
                     const std::string& build_id, const Bench& bench) {
  const std::string place = "scratch/" + build_id;
  TRY(bench.workspace.state().make_folder(place));
  TRY(auto scratch, bench.workspace.state().open(place));
  bool ready = false;
  const auto progress = [&](const std::string& step, const std::string&) {
    if (ready || !needs_environment(step)) return;
    ready = static_cast<bool>(bench.reached(70, "environment ready"));
  };
  auto proof = bench.prover.check(tree, blueprint, wish, *scratch, progress, bench.stop);
  if (!proof && proof.failure().fault() == Fault::unverified) {  // evidence stays
    forget_old(bench.workspace, build_id);
    return proof;
  }
  TRY(bench.workspace.state().remove(place));
  if (!proof) return proof;
  if (!ready) TRY(bench.reached(70, "environment ready"));
  return proof;
}

std::string told_of(const Proof& proof) {
  return proof.level == ProofLevel::none ? "not proven, as wished" : "proven";
}

Result<Proof> build(const Blueprint& blueprint, const ProofWish& wish, const std::string& build_id,
                    const Bench& bench) {
  TRY(unless_stopped(bench.stop));
  TRY(const Plan actions, plan(blueprint, bench.catalog));
  TRY(bench.reached(25, "planned"));
  TRY(const Tree tree, render(actions, bench.catalog));
  TRY(bench.reached(50, "rendered"));
  TRY(Proof proof, proven(tree, blueprint, wish, build_id, bench));
  TRY(bench.reached(85, told_of(proof)));
  TRY(unless_stopped(bench.stop));
  const Extras extras{.secrets = blueprint.secrets,
                      .proof = proof,
                      .proven_at = rfc3339(system_clock().wall_milliseconds()),
                      .catalog_digest = bench.catalog.digest(),
                      .program_version = std::string(program_version())};
  TRY(install_new(bench.workspace.folder(), bench.workspace.state(), blueprint.server_name,
                  build_id, tree, extras, seal_of(blueprint, bench)));
  static_cast<void>(bench.reached(95, "installed"));  // it is there, whatever the journal says
  return proof;
}

}  // namespace crafter
