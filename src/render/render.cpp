// Copies, emits and renders, file by file.

#include "render/render.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "base/text.h"
#include "render/emitters.h"
#include "tmpl/tmpl.h"

namespace crafter {
namespace {

Result<std::string> write_json_file(const Json& value) { return write_pretty_json(value); }

struct Language {
  std::string_view name;
  Result<std::string> (*write)(const Json&);
  bool has_comments;        ///< that begin with #
  std::string_view behind;  ///< stands between the comment and the rest
};

constexpr std::array<Language, 6> kLanguages = {{{"json", write_json_file, false, ""},
                                                 {"yaml", write_yaml, true, ""},
                                                 {"compose", write_compose, true, ""},
                                                 {"toml", write_toml, true, "\n"},
                                                 {"env", write_env, true, "\n"},
                                                 {"python", write_python, false, ""}}};

bool is_line(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c < 0x7F; });
}

/// The parts' own mistakes, whatever they are: told as ours, with the file they are for.
Failure wrong_file(const Action& action, const Failure& failure) {
  std::vector<Diagnostic> diagnostics = failure.diagnostics();
  for (Diagnostic& one : diagnostics)
    one.message = fmt::format("{} (file {} of the part {})", one.message, quote(action.path),
                              quote(action.parts.empty() ? "" : action.parts.front()));
  return {Fault::internal, std::move(diagnostics)};
}

Result<std::string> render_template(const Action& action, const Json& facts,
                                    const Catalog& catalog) {
  TRY(const std::string text, catalog.read(action.source));
  const auto parsed = Template::parse(text, action.source, TemplateLanguage::markdown);
  if (!parsed) return wrong_file(action, parsed.failure());
  const Scope all(facts);
  const Json none = JsonObject();
  const Json* options = nullptr;
  if (!action.parts.empty())
    options = at_pointer(facts, append_pointer("/all_options", action.parts.front()));
  auto written = parsed->render(Scope("options", options != nullptr ? *options : none, all));
  if (!written) return wrong_file(action, written.failure());
  return written;
}

Result<std::string> bytes_of(const Action& action, const Json& facts, const Catalog& catalog) {
  if (action.how == How::copy) return catalog.read(action.source);
  if (action.how == How::render) return render_template(action, facts, catalog);
  auto bytes = emit(action.source, action.value, action.comment);
  if (!bytes) return wrong_file(action, bytes.failure());
  return bytes;
}

TreeFile file_of(const Action& action, std::string bytes) {
  TreeFile file{.bytes = std::move(bytes),
                .access = action.access,
                .owner = action.owner,
                .parts = action.parts};
  if (action.how != How::emit) return file;
  file.language = action.source;
  file.value = action.value;
  return file;
}

}  // namespace

Failure unwritable(std::string_view language, std::string message) {
  return {Fault::internal, fmt::format("render.{}", language), std::move(message)};
}

Result<std::string> emit(std::string_view language, const Json& value, std::string_view comment) {
  const auto* found = std::ranges::find(kLanguages, language, &Language::name);
  if (found == kLanguages.end())
    return unwritable("language", fmt::format("nobody writes {}", quote(language)));
  if (!comment.empty() && (!found->has_comments || !is_line(comment)))
    return unwritable(language, fmt::format("{} cannot be a comment here", quote(comment)));
  TRY(const std::string text, found->write(value));
  if (comment.empty()) return text;
  return fmt::format("# {}\n{}{}", comment, found->behind, text);
}

Result<Tree> render(const Plan& plan, const Catalog& catalog) {
  Tree tree;
  std::vector<Diagnostic> problems;
  for (const Action& action : plan.actions) {
    auto bytes = bytes_of(action, plan.facts, catalog);
    if (bytes) {
      tree.emplace(action.path, file_of(action, *std::move(bytes)));
      continue;
    }
    if (bytes.failure().fault() != Fault::internal) return std::move(bytes).failure();
    std::ranges::copy(bytes.failure().diagnostics(), std::back_inserter(problems));
  }
  if (!problems.empty()) return Failure(Fault::internal, std::move(problems));
  return tree;
}

}  // namespace crafter
