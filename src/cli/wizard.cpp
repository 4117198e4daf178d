// Asks, checks each answer with the engine, and shows the plan.

#include "cli/wizard.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "cli/sources.h"
#include "cli/speech.h"

namespace crafter::cli {
namespace {

Failure gone() {
  return {Fault::cancelled, "create.cancelled", "nothing was made", "every question has a flag"};
}

class Wizard {
 public:
  Wizard(const Session& session, const Crafter& crafter, std::vector<Override> given)
      : session_(session), crafter_(crafter), fields_(std::move(given)) {}

  Result<std::vector<Override>> run() {
    session_.say("A few questions; an empty answer takes what stands in brackets.\n");
    TRY(ask_name());
    TRY(ask_description());
    TRY(ask_complexity());
    TRY(ask_capabilities());
    TRY(confirm());
    return std::move(fields_);
  }

 private:
  [[nodiscard]] bool has(std::string_view pointer) const {
    return std::ranges::find(fields_, pointer, &Override::pointer) != fields_.end();
  }

  /// Asks until the engine finds nothing wrong with what `value_of` makes of the line.
  template <class ValueOf>
  Result<> ask(std::string_view pointer, std::string_view question, ValueOf value_of) {
    if (has(pointer)) return {};
    for (;;) {
      const auto line = session_.ask(question);
      if (!line || session_.outside().stop.stop_requested()) return gone();
      const std::optional<Json> value = value_of(std::string(trim(*line)));
      if (!value) return {};
      fields_.push_back({std::string(pointer), *value, "answer"});
      const std::string problems = problems_at(pointer);
      if (problems.empty()) return {};
      session_.say(problems);
      fields_.pop_back();
    }
  }

  [[nodiscard]] std::string problems_at(std::string_view pointer) const {
    const auto checked = crafter_.validate(bare_form(session_, fields_));
    if (checked) return "";
    std::string text;
    for (const Diagnostic& each : checked.failure().diagnostics())
      if (each.pointer.starts_with(pointer) && each.severity == Severity::error)
        text += told({.message = each.message, .hint = each.hint}, session_.manner().error_colour);
    return text;
  }

  Result<> ask_name() {
    return ask("/server_name", "Name of the server, such as weather-api:",
               [](const std::string& line) { return std::optional<Json>(line); });
  }

  Result<> ask_description() {
    return ask("/description", "What is it for, in a sentence? []", [](const std::string& line) {
      return line.empty() ? std::nullopt : std::optional<Json>(line);
    });
  }

  Result<> ask_complexity() {
    const Catalog& catalog = crafter_.catalog();
    std::vector<std::vector<std::string>> rows;
    for (const std::string& name : catalog.preset_names())
      rows.push_back({name, catalog.preset(name)->summary});
    if (!has("/complexity")) session_.say(table(rows, 2));
    return ask("/complexity", fmt::format("How much of it? [{}]", catalog.default_preset()),
               [&](const std::string& line) {
                 return std::optional<Json>(line.empty() ? catalog.default_preset() : line);
               });
  }

  Result<> ask_capabilities() {
    const Catalog& catalog = crafter_.catalog();
    std::vector<std::vector<std::string>> rows;
    for (const std::string& name : catalog.names(PartKind::capability))
      rows.push_back({name, catalog.find(PartKind::capability, name)->summary});
    if (!has("/capabilities")) session_.say(table(rows, 2));
    const std::vector<std::string> usual = usual_capabilities();
    return ask("/capabilities", fmt::format("Which of these? [{}]", join(usual, ",")),
               [](const std::string& line) -> std::optional<Json> {
                 if (line.empty()) return std::nullopt;
                 JsonArray names;
                 for (const std::string& name : split(line, ',')) names.emplace_back(trim(name));
                 return names;
               });
  }

  [[nodiscard]] std::vector<std::string> usual_capabilities() const {
    const auto chosen = std::ranges::find(fields_, "/complexity", &Override::pointer);
    const auto* name = chosen == fields_.end() ? nullptr : chosen->value.if_string();
    const Preset* preset = name != nullptr ? crafter_.catalog().preset(*name) : nullptr;
    return preset != nullptr ? preset->capabilities : std::vector<std::string>{};
  }

  Result<> confirm() {
    TRY(const Preview plan, crafter_.preview(bare_form(session_, fields_)));
    session_.say(told(plan.warnings, session_.manner().error_colour));
    session_.say(fmt::format("{} will be made in {}: {}\n", plan.server_name, plan.path,
                             counted(plan.files.size(), "file")));
    session_.say("Tools can be added later: they stand in its crafter.json.\n");
    if (session_.arguments().has("--yes") || session_.agrees("Go on?", true)) return {};
    return gone();
  }

  const Session& session_;
  const Crafter& crafter_;
  std::vector<Override> fields_;
};

}  // namespace

Result<std::vector<Override>> ask_for_form(const Session& session, const Crafter& crafter,
                                           std::vector<Override> given) {
  return Wizard(session, crafter, std::move(given)).run();
}

}  // namespace crafter::cli
