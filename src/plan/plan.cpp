// Collects what the parts contribute, file by file.

#include "plan/plan.h"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "base/text.h"
#include "plan/facts.h"
#include "plan/merge.h"
#include "plan/paths.h"
#include "plan/values.h"

namespace crafter {
namespace {

/// An emitted file while parts still add to it.
struct Draft {
  Action action;
  std::vector<Contribution> contributions;
};

class Planner {
 public:
  explicit Planner(const Json& facts) : facts_(facts) {}

  Result<> add(const Part& part) {
    const Scope all(facts_);
    const Json* options = at_pointer(facts_, append_pointer("/all_options", part.name));
    const Json none = JsonObject();
    const Scope scope("options", options != nullptr ? *options : none, all);
    for (const CopiedFile& file : part.copied) TRY(copy(part, file, scope));
    for (const EmittedFile& file : part.emitted) TRY(emit(part, file, scope));
    for (const RenderedFile& file : part.rendered) TRY(render(part, file, scope));
    return {};
  }

  Result<std::vector<Action>> finish() && {
    std::vector<Diagnostic> clashes = std::move(clashes_);
    for (auto& [path, draft] : emitted_) {
      auto value = merged(draft.contributions, path);
      if (value)
        draft.action.value = *std::move(value);
      else
        std::ranges::copy(value.failure().diagnostics(), std::back_inserter(clashes));
      actions_.push_back(std::move(draft.action));
    }
    std::ranges::sort(actions_, {}, &Action::path);
    Paths paths;
    for (const Action& action : actions_) paths.add(action.path, action.parts.front());
    if (auto checked = paths.check(); !checked)
      std::ranges::copy(checked.failure().diagnostics(), std::back_inserter(clashes));
    if (!clashes.empty()) return Failure(Fault::conflict, std::move(clashes));
    return std::move(actions_);
  }

 private:
  Result<> copy(const Part& part, const CopiedFile& file, const Scope& scope) {
    const Origin origin{part.name, file.path};
    TRY(const bool is_wanted, evaluated_truth(file.when, scope, origin));
    if (!is_wanted) return {};
    TRY(check(origin));
    actions_.push_back({.path = file.path,
                        .how = How::copy,
                        .source = file.source,
                        .access = file.access,
                        .owner = file.owner,
                        .parts = {part.name}});
    return {};
  }

  Result<> render(const Part& part, const RenderedFile& file, const Scope& scope) {
    const Origin origin{part.name, file.path};
    TRY(const bool is_wanted, evaluated_truth(file.when, scope, origin));
    if (!is_wanted) return {};
    TRY(check(origin));
    actions_.push_back(
        {.path = file.path, .how = How::render, .source = file.source, .parts = {part.name}});
    return {};
  }

  Result<> emit(const Part& part, const EmittedFile& file, const Scope& scope) {
    if (file.each.empty()) return emit_one(part, file, scope);
    TRY(const JsonArray items, evaluated_list(file.each, scope, {part.name, file.path}));
    for (const Json& item : items) TRY(emit_one(part, file, Scope("item", item, scope)));
    return {};
  }

  Result<> emit_one(const Part& part, const EmittedFile& file, const Scope& scope) {
    Origin origin{part.name, file.path};
    TRY(const bool is_wanted, evaluated_truth(file.when, scope, origin));
    if (!is_wanted) return {};
    TRY(origin.path, evaluated_text(file.path, scope, origin));
    TRY(check(origin));
    TRY(auto value, evaluated(file.value, scope, origin));
    if (value) contribute(part, file, origin.path, *std::move(value));
    return {};
  }

  void contribute(const Part& part, const EmittedFile& file, const std::string& path, Json value) {
    Draft& draft = emitted_[path];
    Action& action = draft.action;
    if (draft.contributions.empty()) {
      action = {.path = path, .how = How::emit, .source = file.language, .comment = file.comment};
    } else if (action.source != file.language) {
      clash(part, draft, fmt::format("languages: {} and {}", action.source, file.language));
    } else if (!file.comment.empty() && action.comment != file.comment) {
      if (!action.comment.empty()) clash(part, draft, "comments");
      action.comment = file.comment;
    }
    if (file.owner == Owner::user) action.owner = Owner::user;
    if (action.parts.empty() || action.parts.back() != part.name) action.parts.push_back(part.name);
    draft.contributions.push_back({part.name, std::move(value)});
  }

  void clash(const Part& part, const Draft& draft, const std::string& what) {
    clashes_.push_back({.code = "plan.clash",
                        .file = draft.action.path,
                        .message = fmt::format("the parts {} and {} give {} different {}",
                                               quote(draft.action.parts.front()), quote(part.name),
                                               quote(draft.action.path), what),
                        .hint = "let one of the two go"});
  }

  static Result<> check(const Origin& origin) {
    const std::string fault = fault_of_path(origin.path);
    if (fault.empty()) return {};
    return wrong_part(origin, "plan.path", fmt::format("the path is no good: {}", fault));
  }

  const Json& facts_;
  std::vector<Action> actions_;
  std::map<std::string, Draft> emitted_;
  std::vector<Diagnostic> clashes_;
};

Result<std::vector<const Part*>> parts_of(const Blueprint& blueprint, const Catalog& catalog) {
  std::vector<const Part*> parts;
  for (const std::string& name : blueprint.parts) {
    parts.push_back(catalog.find(name));
    if (parts.back() == nullptr)
      return Failure(Fault::internal, "plan.part",
                     fmt::format("the catalog has no part {}", quote(name)));
  }
  return parts;
}

}  // namespace

Result<Plan> plan(const Blueprint& blueprint, const Catalog& catalog) {
  TRY(const auto parts, parts_of(blueprint, catalog));
  TRY(Json facts, facts_of(blueprint, parts));
  Planner planner(facts);
  for (const Part* part : parts) TRY(planner.add(*part));
  TRY(auto actions, std::move(planner).finish());
  return Plan{std::move(facts), std::move(actions)};
}

}  // namespace crafter
