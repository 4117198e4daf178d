// Proves that a Tree is a server that does what the Blueprint says.

#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "check/proof.h"
#include "draft/blueprint.h"
#include "catalog/catalog.h"
#include "os/directory.h"
#include "python/environment.h"
#include "python/worker.h"
#include "render/render.h"

namespace crafter {

struct ProofWish {
  ProofLevel level = ProofLevel::full;
  bool unsandboxed = false;  ///< a person's explicit choice; recorded
};

/// Hears what is going on: the name of the step that begins, and words for people.
using ProofProgress = std::function<void(const std::string& step, const std::string& words)>;

class Prover {
 public:
  virtual ~Prover() = default;
  /// Proves in `scratch`, an empty folder on the disk that the caller owns and keeps when this
  /// fails. A failed step is unverified with code "proof.<step>", its output in the hint; a missing
  /// sandbox, interpreter or network is unavailable. Honours `stop` within a second.
  virtual Result<Proof> check(const Tree& tree, const Blueprint& blueprint, const ProofWish& wish,
                              Directory& scratch, const ProofProgress& progress,
                              std::stop_token stop) = 0;
};

/// The prover that runs real processes: environment by uv, the project's tests, the server over
/// stdio and HTTP in both eras, every tool called once.
std::unique_ptr<Prover> process_prover(const Catalog& catalog, const PythonHome& home,
                                       const PythonWorker& worker);

}  // namespace crafter
