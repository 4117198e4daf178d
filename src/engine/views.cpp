#include "engine/views.h"

#include <fmt/core.h>

#include <algorithm>

namespace crafter {
namespace {

constexpr std::size_t kMostDiagnostics = 200;
constexpr std::size_t kLongestText = 4'000;

/// Cuts between characters, never inside one; to a sixth where most of it has to be escaped.
void shorten(std::string& text, std::size_t bytes) {
  if (text.size() <= bytes / 6) return;
  if (write_json(Json(text.substr(0, bytes))).size() > 2 * bytes) bytes /= 6;
  if (text.size() <= bytes) return;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) --bytes;
  text.resize(bytes);
  text += " ...";
}

std::size_t size_of(const Diagnostic& diagnostic) {
  return write_json(to_json(diagnostic)).size() + 1;
}

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

JsonArray texts(const std::vector<std::string>& all) { return JsonArray(all.begin(), all.end()); }

JsonArray files_of(const std::vector<ServerDetails::File>& files) {
  JsonArray all;
  for (const auto& file : files)
    all.push_back({{"path", file.path},
                   {"owner", file.owner},
                   {"parts", texts(file.parts)},
                   {"state", file.state}});
  return all;
}

}  // namespace

Json to_json(const Diagnostic& diagnostic) {
  return {{"severity", diagnostic.severity == Severity::error ? "error" : "warning"},
          {"code", diagnostic.code},
          {"pointer", diagnostic.pointer},
          {"file", diagnostic.file},
          {"line", diagnostic.line},
          {"column", diagnostic.column},
          {"message", diagnostic.message},
          {"hint", diagnostic.hint.empty() ? Json() : Json(diagnostic.hint)}};
}

JsonArray to_json(const std::vector<Diagnostic>& diagnostics) {
  JsonArray all;
  for (const Diagnostic& diagnostic : diagnostics) all.push_back(to_json(diagnostic));
  return all;
}

std::vector<Diagnostic> brief(const std::vector<Diagnostic>& diagnostics, std::size_t bytes) {
  const std::size_t longest = std::min(kLongestText, bytes / 10);  // one always fits
  std::vector<Diagnostic> kept;
  for (const Diagnostic& diagnostic : diagnostics) {
    Diagnostic next = diagnostic;
    for (std::string* text : {&next.pointer, &next.file, &next.message, &next.hint})
      shorten(*text, longest);
    const std::size_t size = size_of(next);
    if (kept.size() == kMostDiagnostics || size > bytes) {
      kept.push_back({.severity = diagnostic.severity,
                      .code = "more",
                      .file = diagnostic.file,
                      .message = fmt::format("and {} more", diagnostics.size() - kept.size())});
      return kept;
    }
    bytes -= size;
    kept.push_back(std::move(next));
  }
  return kept;
}

JsonObject to_json(const Proof& proof) {
  JsonArray steps;
  for (const ProofStep& step : proof.steps)
    steps.push_back(
        {{"name", step.name}, {"detail", step.detail}, {"milliseconds", step.milliseconds}});
  return {{"level", spelled(proof.level)},
          {"sandboxed", proof.sandboxed},
          {"steps", std::move(steps)},
          {"versions", JsonArray(proof.versions.begin(), proof.versions.end())}};
}

JsonObject to_json(const Made& made) {
  const bool is_done = made.build.state == BuildState::success;
  return {{"build_id", made.build.id},
          {"server_name", made.build.server_name},
          {"path", made.path},
          {"status", spelled(made.build.state)},
          {"progress", made.build.progress},
          {"proof", is_done ? Json(to_json(made.proof)) : Json()}};
}

JsonObject to_json(const Build& build) {
  return {{"build_id", build.id},
          {"server_name", build.server_name},
          {"kind", build.kind},
          {"status", spelled(build.state)},
          {"progress", build.progress},
          {"step", build.step},
          {"message", build.message},
          {"created_at", build.created_at},
          {"finished_at", text_or_null(build.finished_at)},
          {"diagnostics", to_json(brief(build.diagnostics, kMostBytes / 2))}};
}

JsonObject to_json(const Event& event) {
  return {{"number", event.number},           {"build_id", event.build_id},
          {"server_name", event.server_name}, {"status", spelled(event.state)},
          {"progress", event.progress},       {"step", event.step},
          {"message", event.message},         {"at", event.at}};
}

JsonObject to_json(const Server& server) {
  return {{"name", server.name},
          {"path", server.path},
          {"template", server.base},
          {"complexity", server.complexity},
          {"capabilities", texts(server.capabilities)},
          {"tools", texts(server.tools)},
          {"status", server.status},
          {"build_id", server.build_id}};
}

JsonObject to_json(const ServerDetails& details) {
  JsonObject data = to_json(details.server);
  data["form"] = details.form;
  data["files"] = files_of(details.files);
  data["proof"] = details.proof;
  return data;
}

}  // namespace crafter
