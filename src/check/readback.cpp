// Reads files back with parsers that had no part in writing them.

#include "check/readback.h"

#include <fmt/core.h>

#include <optional>

#include "base/document.h"
#include "check/difference.h"
#include "check/env_lines.h"
#include "check/step.h"

namespace crafter {
namespace {

constexpr std::string_view kParse = "parse";
constexpr std::string_view kCompile = "compile";

Failure in_file(Failure failure, const std::string& path) {
  std::vector<Diagnostic> diagnostics = failure.diagnostics();
  for (Diagnostic& diagnostic : diagnostics) diagnostic.file = path;
  return {failure.fault(), std::move(diagnostics)};
}

Failure unlike(const std::string& path, const std::string& difference) {
  return in_file(step_failure(kParse, path + " does not read back as it was meant", difference),
                 path);
}

Failure unreadable(const std::string& path, std::string_view words) {
  return in_file(step_failure(kParse, path + " cannot be read", words), path);
}

/// Compose reads "$$" as "$": that is what was meant.
Json single_dollars(Json value) {
  if (value.is_string()) {
    std::string text(value.get_string());
    for (auto at = text.find("$$"); at != text.npos; at = text.find("$$", at + 1))
      text.erase(at, 1);
    return Json(text);
  }
  if (value.is_array())
    for (Json& item : value.get_array()) item = single_dollars(std::move(item));
  if (value.is_object())
    for (auto& member : value.get_object())
      member.value() = single_dollars(std::move(member.value()));
  return value;
}

/// The list of {"name", "value"} that a .env file was made from, without comments.
Json env_value(std::string_view bytes) {
  JsonArray lines;
  for (const auto& [name, value] : env_lines(bytes))
    lines.push_back(JsonObject{{"name", name}, {"value", value}});
  return lines;
}

Json without_comments(const Json& value) {
  JsonArray lines;
  for (const Json& line : value.as_array())
    lines.push_back(JsonObject{{"name", text_of(line, "name")}, {"value", text_of(line, "value")}});
  return lines;
}

/// json or toml when the worker has to read the file, else "".
std::string_view language_of(const std::string& path, const TreeFile& file) {
  if (file.language == "json" || file.language == "toml") return file.language;
  const bool is_hidden =
      path.starts_with('.') ? path.find('/') != path.npos : path.find("/.") != path.npos;
  if (!file.language.empty() || is_hidden) return "";
  if (path.ends_with(".json")) return "json";
  return path.ends_with(".toml") ? "toml" : "";
}

/// Nothing for files that this does not read.
Result<std::optional<Json>> value_read(const std::string& path, const TreeFile& file,
                                       const PythonWorker& worker) {
  if (const auto language = language_of(path, file); !language.empty()) {
    auto values = worker.parse({{path, std::string(language), file.bytes}});
    if (values) return std::optional(std::move(values->front()));
    if (values.failure().fault() != Fault::invalid_input) return std::move(values).failure();
    return unreadable(path, values.failure().message());
  }
  if (file.language.empty() || file.language == "python") return std::optional<Json>();
  if (file.language == "env") return std::optional(env_value(file.bytes));
  auto document = read_yaml(file.bytes, path, kTrusted);
  if (!document) return unreadable(path, document.failure().message());
  const bool is_plain = file.language == "yaml";
  return std::optional(is_plain ? std::move(document->value)
                                : single_dollars(std::move(document->value)));
}

Result<> unless_stopped(const std::stop_token& stop) {
  if (stop.stop_requested()) return Failure(Fault::cancelled, "check.cancelled", "cancelled");
  return {};
}

/// What the worker has to look at in one Python file: the file itself, and each body placed in it.
std::vector<PythonWorker::Placed> placed_in(const std::string& path, const TreeFile& file) {
  std::vector<PythonWorker::Placed> all;
  if (file.language == "python" && file.value.is_array()) {
    for (const Json& statement : file.value.get_array()) {
      const Json* function = find(statement, "function");
      const Json* body = function == nullptr ? nullptr : find(*function, "body");
      if (body == nullptr || find(*body, "implementation") == nullptr) continue;
      all.push_back({path, file.bytes, std::string(text_of(*function, "name")),
                     std::string(text_of(*body, "implementation"))});
    }
  }
  if (all.empty()) all.push_back({path, file.bytes, "", ""});
  return all;
}

}  // namespace

Result<std::string> read_back(const Tree& tree, const PythonWorker& worker, std::stop_token stop) {
  std::size_t count = 0;
  for (const auto& [path, file] : tree) {
    TRY(unless_stopped(stop));
    TRY(const auto found, value_read(path, file, worker));
    if (!found) continue;
    ++count;
    if (file.language.empty()) continue;
    const Json& meant = file.language == "env" ? without_comments(file.value) : file.value;
    if (const std::string words = difference(meant, *found); !words.empty())
      return unlike(path, words);
  }
  return fmt::format("{} files read back", count);
}

Result<std::string> compile_all(const Tree& tree, const PythonWorker& worker,
                                std::stop_token stop) {
  std::size_t files = 0;
  std::size_t bodies = 0;
  for (const auto& [path, file] : tree) {
    if (!path.ends_with(".py")) continue;
    TRY(unless_stopped(stop));
    const auto placed = placed_in(path, file);
    TRY(const auto problems, worker.compare(placed));
    if (!problems.empty())
      return in_file(step_failure(kCompile, fmt::format("{}: {}", path, problems.front().message)),
                     path);
    ++files;
    bodies += placed.front().name.empty() ? 0 : placed.size();
  }
  return fmt::format("{} files compiled, {} bodies as submitted", files, bodies);
}

}  // namespace crafter
