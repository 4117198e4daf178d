// The envelope.

#include "cli/envelope.h"

#include <fmt/core.h>

#include <algorithm>

#include "cli/exits.h"

namespace crafter::cli {
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

Json error_of(const Failure& failure) {
  return {{"code", exit_of(failure).name},
          {"message", brief(failure.diagnostics(), kMostBytes).front().message},
          {"diagnostics", to_json(brief(failure.diagnostics(), kMostBytes))}};
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

Json envelope(std::string_view verb, const Answer& answer) {
  return {{"ok", !answer.failure},
          {"command", verb},
          {"data", answer.data},
          {"warnings", to_json(brief(answer.warnings, kMostBytes / 4))},
          {"error", answer.failure ? error_of(*answer.failure) : Json()}};
}

}  // namespace crafter::cli
