// check: proves a server as it is on the disk now.

#include <fmt/core.h>

#include "cli/made.h"
#include "cli/session.h"
#include "cli/speech.h"
#include "cli/verbs.h"
#include "engine/views.h"
#include "cli/wishes.h"

namespace crafter::cli {
namespace {

Result<> check_wish(const Arguments& arguments) {
  if (arguments.value("--proof") != "none" || arguments.has("--drift")) return {};
  return Failure(Fault::usage, "usage.value", "--proof none leaves nothing to check",
                 "with --drift it compares the files alone");
}

Failure failure_of(const std::string& name, const std::vector<Drift>& drifts) {
  std::vector<Diagnostic> all;
  for (const Drift& drift : drifts)
    all.push_back({.code = "drift." + drift.what,
                   .file = fmt::format("{}/{}", name, drift.path),
                   .message = fmt::format("{} since it was written", drift.what)});
  return {Fault::conflict, std::move(all)};
}

JsonArray data_of(const std::vector<Drift>& drifts) {
  JsonArray all;
  for (const Drift& drift : drifts) all.push_back({{"path", drift.path}, {"what", drift.what}});
  return all;
}

}  // namespace

Result<Answer> check(const Session& session) {
  const Arguments& arguments = session.arguments();
  const std::string name = arguments.operand(0);
  TRY(check_wish(arguments));
  TRY(Crafter crafter, session.open());
  std::vector<Drift> drifts;
  if (arguments.has("--drift")) {
    TRY(drifts, crafter.drift(name));
  }
  const auto progress = [&](const std::string& step, const std::string& words) {
    session.say(fmt::format("{}: {}\n", name, words.empty() ? step : words));
  };
  const ProofWish wish = proof_wish(arguments);
  Proof proof{.level = ProofLevel::none};
  if (wish.level != ProofLevel::none) {
    TRY(proof, crafter.check(name, wish, progress, session.outside().stop));
  }
  JsonObject data = to_json(proof);
  data["server_name"] = name;
  data["drift"] = data_of(drifts);
  Answer answer{.data = std::move(data), .warnings = proof.warnings};
  if (proof.level != ProofLevel::none)
    answer.text = fmt::format("{} is {}\n{}", name, told(proof, name), told_steps(proof, 2));
  if (!drifts.empty()) answer.failure = failure_of(name, drifts);
  return answer;
}

}  // namespace crafter::cli
