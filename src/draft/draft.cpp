// Asks every step for its part of the Blueprint; answers with all problems or with none.

#include "draft/draft.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "draft/drafting.h"

namespace crafter {
namespace {

/// Nobody repairs more at once.
constexpr std::size_t kMostProblems = 50;
constexpr std::size_t kLongestPointer = 1024;

void report(const SyntaxProblem& problem, const Submitted& submitted, Problems& problems) {
  const Dedent& code = submitted.code;
  const auto line = static_cast<std::size_t>(std::max(problem.line, 1));
  const int cut = line <= code.cuts.size() ? code.cuts[line - 1] : 0;
  const bool is_fenced = trim(code.text).starts_with("```");
  problems.error("form.python", submitted.pointer,
                 fmt::format("line {} of the implementation: {} (column {})",
                             problem.line + code.skipped, problem.message, problem.column + cut),
                 is_fenced ? "leave the lines with ``` out: only the code between them is wanted"
                           : "write Python for the body of an async function, or leave it out");
}

/// Asks about all code in one go; code without a statement is fine.
Result<> check_code(Drafting& work, const SyntaxCheck& syntax) {
  std::vector<Snippet> snippets;
  std::vector<const Submitted*> asked;
  for (const Submitted& submitted : work.submitted) {
    if (!submitted.code.has_code) continue;
    snippets.push_back({submitted.code.text});
    asked.push_back(&submitted);
  }
  if (snippets.empty()) return {};
  TRY(const auto found, syntax.check(snippets));
  for (const SyntaxProblem& problem : found)
    if (problem.snippet < asked.size()) report(problem, *asked[problem.snippet], work.problems);
  return {};
}

/// Whether `pointer` is `above` or leads further.
bool is_at_or_below(std::string_view pointer, std::string_view above) {
  return pointer.starts_with(above) &&
         (pointer.size() == above.size() || pointer[above.size()] == '/');
}

/// What was given by a flag is wrong in the flag.
void name_flag(Diagnostic& problem, const Form& form) {
  for (const auto& [pointer, flag] : form.flags) {
    if (!is_at_or_below(problem.pointer, pointer)) continue;
    problem.file = flag;
    problem.line = problem.column = 1;
  }
}

void shorten(std::string& pointer) {
  while (pointer.size() > kLongestPointer) pointer.resize(pointer.rfind('/'));
}

/// In the order of the document, no more than anyone reads.
std::vector<Diagnostic> arranged(std::vector<Diagnostic> problems, const Form& form) {
  for (Diagnostic& problem : problems) {
    name_flag(problem, form);
    shorten(problem.pointer);
  }
  std::ranges::stable_sort(problems, [](const Diagnostic& one, const Diagnostic& two) {
    return std::pair(one.line, one.column) < std::pair(two.line, two.column);
  });
  if (problems.size() <= kMostProblems) return problems;
  const std::size_t more = problems.size() - kMostProblems + 1;
  problems.resize(kMostProblems - 1);
  problems.push_back({.severity = problems.front().severity,
                      .code = "form.more",
                      .pointer = form.root,
                      .file = form.document.file,
                      .message = fmt::format("there are {} more like these", more),
                      .hint = "mend these first"});
  return problems;
}

}  // namespace

Result<Blueprint> draft(const Form& form, const Catalog& catalog, const SyntaxCheck& syntax) {
  Drafting work(form, catalog);
  const Json& given = *at_pointer(form.document.value, form.root);
  Reader root(given, form.root, work.problems);
  if (!given.is_object()) return Failure(Fault::invalid_input, std::move(work.problems.errors));
  read_identity(root, work);
  read_tools(root, work);
  read_resources(root, work);
  read_prompts(root, work);
  read_selection(root, work);
  read_options(root, work);
  read_dependencies(root, work);
  read_settings(root, work);
  read_metadata(root, work);
  root.close();
  look_for_keys(work);
  const Result<> checked = check_code(work, syntax);
  if (!work.problems.errors.empty())
    return Failure(Fault::invalid_input, arranged(std::move(work.problems.errors), form));
  if (!checked) return checked.failure();
  work.blueprint.form = normal_form(given, work.blueprint, work.brought);
  work.blueprint.warnings = arranged(std::move(work.problems.warnings), form);
  return std::move(work.blueprint);
}

}  // namespace crafter
