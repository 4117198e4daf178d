// Writes a Proof down.

#include "check/proof.h"

namespace crafter {
namespace {

std::string_view spelled(ProofLevel level) {
  switch (level) {
    case ProofLevel::none:
      return "none";
    case ProofLevel::syntax:
      return "syntax";
    case ProofLevel::full:
      return "full";
  }
  return "";
}

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
