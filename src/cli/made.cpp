// What to tell of builds.

#include "cli/made.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "cli/exits.h"
#include "cli/speech.h"
#include "engine/views.h"

namespace crafter::cli {
namespace {

Json text_or_null(std::string_view text) { return text.empty() ? Json() : Json(text); }

/// A word that a shell takes as it is.
std::string in_shell(const std::string& word) {
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

/// What can be done with a new server, as commands.
std::string next_steps(const Made& made) {
  const std::string& name = made.build.server_name;
  std::vector<std::vector<std::string>> rows{
      {fmt::format("mcp-crafter run {}", name), "start it on stdio; --http for HTTP"}};
  if (!made.tool.empty())
    rows.push_back({fmt::format("mcp-crafter call {} {} {}", name, made.tool,
                                in_shell(write_json(made.arguments))),
                    "call a tool of it"});
  rows.push_back({fmt::format("{}/.mcp.json", name), "its entry for an MCP client"});
  return "next:\n" + table(rows, 2);
}

std::string words_of(const Made& made, const Manner& manner) {
  const std::string& name = made.build.server_name;
  if (made.build.state != BuildState::success)
    return fmt::format("{} was not {}{}\n", name,
                       made.build.kind == "update" ? "updated, it is as it was" : "made",
                       made.scratch.empty() ? "" : "; kept for a look: " + made.scratch);
  std::string words = fmt::format(
      "{} is ready, {}\n", painted(manner.error_colour, Tone::good, name), told(made.proof, name));
  if (manner.verbose) words += told_steps(made.proof, 2);
  return words + next_steps(made);
}

/// A result of a batch has all keys, also when there was no build.
JsonObject data_of_refused(const Source& source) {
  const std::string name = source.form ? name_in(source.form->text, source.form->file) : "";
  return {{"build_id", Json()},  {"server_name", text_or_null(name)},
          {"path", Json()},      {"status", "failed"},
          {"progress", 0},       {"proof", Json()},
          {"form", source.label}};
}

/// A build's one line among others.
std::string first_line(const Answer& answer) {
  if (answer.words.empty()) return fmt::format("{} was not made\n", text_of(answer.data, "form"));
  return answer.words.substr(0, answer.words.find('\n') + 1);
}

/// The failure with the largest exit code, and the diagnostics of all.
Failure worst(std::vector<Failure> failures) {
  std::ranges::stable_sort(failures, std::ranges::greater(),
                           [](const Failure& each) { return exit_of(each).code; });
  std::vector<Diagnostic> all;
  for (const Failure& failure : failures)
    for (const Diagnostic& each : failure.diagnostics())
      if (std::ranges::find(all, each) == all.end()) all.push_back(each);
  return {failures.front().fault(), std::move(all)};
}

}  // namespace

std::string told(const Proof& proof, const std::string& server_name) {
  if (proof.level == ProofLevel::none)
    return fmt::format("but nothing of it was proven; to do it: mcp-crafter check {}", server_name);
  std::vector<std::string> names;
  for (const ProofStep& step : proof.steps) names.push_back(step.name);
  std::string text = fmt::format("proven: {}", enumerate(names));
  if (proof.level == ProofLevel::syntax)
    text += fmt::format("; whether it runs was not tried: mcp-crafter check {}", server_name);
  return text + (proof.sandboxed ? "" : ", without a sandbox");
}

std::string told_steps(const Proof& proof, std::size_t margin) {
  std::vector<std::vector<std::string>> rows;
  for (const ProofStep& step : proof.steps)
    rows.push_back({step.name, fmt::format("{} ms", step.milliseconds), step.detail});
  return table(rows, margin);
}

Answer answer_of(const Made& made, const Manner& manner) {
  Answer answer{.data = to_json(made), .words = words_of(made, manner), .warnings = made.warnings};
  if (made.build.state == BuildState::success)
    answer.text = made.path + "\n";
  else
    answer.failure = failure_of_build(made.build.state == BuildState::cancelled,
                                      made.build.diagnostics, made.build.message);
  return answer;
}

Answer refused(const Source& source, const Failure& failure) {
  return {.data = data_of_refused(source), .failure = failure};
}

Answer answer_of(const Preview& preview) {
  JsonArray files;
  std::vector<std::vector<std::string>> rows;
  for (const Preview::File& file : preview.files) {
    files.push_back({{"path", file.path},
                     {"how", file.how},
                     {"parts", JsonArray(file.parts.begin(), file.parts.end())},
                     {"bytes", file.bytes}});
    rows.push_back({file.path, file.how, std::to_string(file.bytes),
                    fmt::format("{}", fmt::join(file.parts, ", "))});
  }
  return {
      .data = {{"server_name", preview.server_name},
               {"path", preview.path},
               {"files", std::move(files)}},
      .text = table(rows),
      .words = fmt::format("{} would be made in {}: {}; nothing was written\n", preview.server_name,
                           preview.path, counted(preview.files.size(), "file")),
      .warnings = preview.warnings};
}

Answer combined(std::vector<Answer> answers) {
  if (answers.size() == 1) {
    Answer& only = answers.front();
    if (only.failure && find(only.data, "form") != nullptr) only.data = nullptr;
    return std::move(only);
  }
  Answer all;
  JsonArray results;
  std::vector<Failure> failures;
  for (Answer& answer : answers) {
    results.push_back(answer.data);
    all.text += answer.text;
    all.words += first_line(answer);
    std::ranges::move(answer.warnings, std::back_inserter(all.warnings));
    if (answer.failure) failures.push_back(*answer.failure);
  }
  all.data = {{"results", std::move(results)}};
  if (!failures.empty()) all.failure = worst(std::move(failures));
  return all;
}

}  // namespace crafter::cli
