// The heart: one build from Blueprint to installed project.

#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include "check/prover.h"
#include "draft/blueprint.h"
#include "engine/values.h"
#include "engine/workspace.h"
#include "plan/plan.h"
#include "render/render.h"

namespace crafter {

/// A part by name, whatever its kind; nullptr when there is none.
const Part* find_part(const Catalog& catalog, std::string_view name);

/// Plan and render: what a Blueprint becomes, without touching anything.
struct Rendering {
  Plan plan;
  Tree tree;
};
Result<Rendering> rendered(const Blueprint& blueprint, const Catalog& catalog);

/// Notes a step that was reached: 25 planned, 50 rendered, 70 environment ready, 85 proven, 95
/// installed (product.md, "Workspace, state").
using Milestone = std::function<Result<>(int progress, const std::string& step)>;

/// Everything one build works with; borrowed.
struct Bench {
  const Catalog& catalog;
  Prover& prover;
  Workspace& workspace;
  const Milestone& reached;
  std::stop_token stop;
  std::string path;  ///< PATH, for programs that finish a project
};

/// Proves a tree in `state`/scratch/`build_id`, which is left standing when the proof fails; tells
/// of 70.
Result<Proof> proven(const Tree& tree, const Blueprint& blueprint, const ProofWish& wish,
                     const std::string& build_id, const Bench& bench);

/// What is said at 85.
std::string told_of(const Proof& proof);

/// Builds one project. Whatever can fail comes before `install_new`, which is one transaction.
/// `scratch` is left standing when the proof fails.
Result<Proof> build(const Blueprint& blueprint, const ProofWish& wish, const std::string& build_id,
                    const Bench& bench);

}  // namespace crafter
