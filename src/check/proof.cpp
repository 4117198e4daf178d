// Writes a Proof down.

#include "check/proof.h"

#include <algorithm>
#include <array>

namespace crafter {
namespace {

constexpr std::array<std::string_view, 3> kLevels{"none", "syntax", "full"};

JsonArray steps_of(const Proof& proof) {
  JsonArray steps;
  for (const ProofStep& step : proof.steps)
    steps.push_back(JsonObject{
        {"name", step.name}, {"detail", step.detail}, {"milliseconds", step.milliseconds}});
  return steps;
}

JsonArray warnings_of(const Proof& proof) {
  JsonArray warnings;
  for (const Diagnostic& warning : proof.warnings)
    warnings.push_back(JsonObject{{"code", warning.code},
                                  {"file", warning.file},
                                  {"line", warning.line},
                                  {"column", warning.column},
                                  {"message", warning.message},
                                  {"hint", warning.hint}});
  return warnings;
}

}  // namespace

std::string_view spelled(ProofLevel level) { return kLevels[static_cast<std::size_t>(level)]; }

std::optional<ProofLevel> proof_level(std::string_view word) {
  const auto* found = std::ranges::find(kLevels, word);
  if (found == kLevels.end()) return std::nullopt;
  return static_cast<ProofLevel>(found - kLevels.begin());
}

Json to_json(const Proof& proof, const std::string& tree_digest, const std::string& proven_at) {
  return JsonObject{{"format", 1},
                    {"level", spelled(proof.level)},
                    {"sandboxed", proof.sandboxed},
                    {"proven_at", proven_at},
                    {"tree", tree_digest},
                    {"steps", steps_of(proof)},
                    {"versions", JsonArray(proof.versions.begin(), proof.versions.end())},
                    {"warnings", warnings_of(proof)}};
}

}  // namespace crafter
