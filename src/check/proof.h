// What was proven of a Tree, and how much of it.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace crafter {

/// How much is proven: nothing; that every file reads back and compiles; or that the server runs.
enum class ProofLevel { none, syntax, full };

/// One thing that was shown, in order.
struct ProofStep {
  std::string name;    ///< "parse", "compile", "environment", "tests", "stdio 2025-11-25", ...
  std::string detail;  ///< "26 tests passed", "tools/list equals the form (3 tools)"
  std::int64_t milliseconds = 0;
};

std::string_view spelled(ProofLevel level);

/// The level of that name; nothing for any other word.
std::optional<ProofLevel> proof_level(std::string_view word);

struct Proof {
  ProofLevel level = ProofLevel::none;
  bool sandboxed = true;
  std::vector<ProofStep> steps;
  std::vector<std::string> versions;      ///< "mcp==2.3.0", sorted
  std::vector<Diagnostic> warnings;       ///< earned by bodies from the form
  std::string lock;                       ///< uv.lock; "" when the environment was not made
};

/// .crafter/proof.json: docs/formats/proof.md. `proven_at` is RFC 3339.
Json to_json(const Proof& proof, const std::string& tree_digest, const std::string& proven_at);

}  // namespace crafter
