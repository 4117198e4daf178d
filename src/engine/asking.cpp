#include "engine/asking.h"

#include <fmt/core.h>

#include <utility>

#include "base/digest.h"

namespace crafter {
namespace {

constexpr std::string_view kVariables = "environment_vars";

/// The same without what may be secret: an unkeyed digest could be guessed.
Json without_values(const Json& request) {
  if (!request.is_object()) return request;
  JsonObject kept;
  for (const auto& [name, value] : request.get_object()) {
    if (name == kVariables && value.is_object()) {
      JsonArray names;
      for (const auto& variable : value.get_object()) names.emplace_back(variable.key());
      kept[name] = std::move(names);
    } else {
      kept[name] = without_values(value);
    }
  }
  return kept;
}

Failure used(const Build& build) {
  return {Fault::conflict, "build.key",
          fmt::format("this idempotency key stands for build {} of {}, which was asked for with "
                      "other arguments",
                      build.id, build.server_name),
          "a new request takes a new key"};
}

}  // namespace

Asker asker_of(std::string principal, std::string key, std::string_view verb,
               const JsonObject& request) {
  Asker asker{std::move(principal), std::move(key), {}};
  if (asker.key.empty()) return asker;
  asker.request =
      sha256(canonical_json(JsonObject{{"verb", verb}, {"request", without_values(request)}}));
  return asker;
}

Result<std::optional<Ticket>> asked_before(Journal& journal, const Asker& asker) {
  if (asker.key.empty()) return std::optional<Ticket>();
  TRY(const auto build, journal.asked(asker.principal, asker.key));
  if (!build) return std::optional<Ticket>();
  if (build->asker.request != asker.request) return used(*build);
  return std::optional(Ticket{build->id, false, {}});
}

Result<Ticket> asked_or(Journal& journal, const Asker& asker, Result<Ticket> otherwise) {
  TRY(const auto before, asked_before(journal, asker));
  if (before) return *before;
  return otherwise;
}

Result<Ticket> submitted(Crafter::State& state, Workspace& workspace, std::string_view kind,
                         const Json& form, Submission submission, const Asker& asker) {
  Journal& journal = workspace.journal();
  const auto added = journal.add(kind, submission.blueprint.server_name, form, asker);
  if (!added && added.failure().diagnostics().front().code == "build.asked") {
    TRY(const auto before, asked_before(journal, asker));
    if (before) return *before;
  }
  TRY(const Build build, added);
  Ticket done{build.id, true, submission.blueprint.warnings};
  state.keep(build.id, std::move(submission));
  return done;
}

}  // namespace crafter
