// create, validate, init: from forms to projects.

#include <fmt/core.h>

#include <algorithm>
#include <iterator>

#include "cli/craft.h"
#include "cli/made.h"
#include "cli/overrides.h"
#include "cli/speech.h"
#include "cli/verbs.h"
#include "cli/wishes.h"
#include "cli/wizard.h"

namespace crafter::cli {
namespace {

Failure needs_name() {
  return {Fault::input_needed, "input.name", "NAME is missing, and nobody may be asked",
          "say mcp-crafter create NAME, or give a form with --form FILE"};
}

/// Whether nothing says what the server is called.
bool is_nameless(const Arguments& arguments) {
  const auto assignments = arguments.values("--set");
  return arguments.operands.empty() && !arguments.has("--form") &&
         std::ranges::none_of(assignments, [](std::string_view each) {
           return pointer_of(each.substr(0, each.find('='))) == "/server_name";
         });
}

Result<std::vector<Override>> fields_of(const Session& session, const Crafter& crafter) {
  const ReadFile read = [&](const std::string& path) { return read_named_file(session, path); };
  TRY(auto given, overrides_of(session.arguments(), deployments_of(crafter.catalog()), read));
  if (!is_nameless(session.arguments())) return given;
  return ask_for_form(session, crafter, std::move(given));
}

Answer preview_one(const Crafter& crafter, const Source& source) {
  if (!source.form) return refused(source, source.form.failure());
  const Result<Preview> preview = crafter.preview(*source.form);
  return preview ? answer_of(*preview) : refused(source, preview.failure());
}

}  // namespace

Result<Answer> create(const Session& session) {
  const Arguments& arguments = session.arguments();
  if (is_nameless(arguments) && !session.manner().interactive) return needs_name();
  TRY(Crafter crafter, session.open());
  TRY(auto fields, fields_of(session, crafter));
  TRY(const auto sources, sources_of(session, std::move(fields)));
  if (!arguments.has("--dry-run"))
    return combined(craft(session, crafter, sources, proof_wish(arguments)));
  std::vector<Answer> answers;
  for (const Source& source : sources) answers.push_back(preview_one(crafter, source));
  return combined(std::move(answers));
}

Result<Answer> validate(const Session& session) {
  const std::string named = session.arguments().operand(0);
  TRY(const FormSource form, read_form_source(session, named));
  TRY(const Crafter crafter, session.open());
  TRY(Preview preview, crafter.validate(form));
  return Answer{.data = {{"server_name", preview.server_name},
                         {"path", preview.path},
                         {"form", std::move(preview.form)}},
                .words = fmt::format("{} is a good form of {}\n", form.file, preview.server_name),
                .warnings = std::move(preview.warnings)};
}

Result<Answer> init(const Session& session) {
  TRY(Crafter crafter, session.open());
  if (session.arguments().has("--dry-run")) {
    const std::string path = session.path(".");
    const bool is_new = crafter.workspace() != path;
    return Answer{
        .data = {{"path", path}, {"is_new", is_new}},
        .text = path + "\n",
        .words = is_new ? "it would be made a workspace\n" : "it is a workspace already\n"};
  }
  TRY(const Crafter::Initiated made, crafter.init());
  return Answer{.data = {{"path", made.path}, {"is_new", made.is_new}},
                .text = made.path + "\n",
                .words = made.is_new ? "now a workspace; next: mcp-crafter create weather-api\n"
                                     : "it was a workspace already\n"};
}

}  // namespace crafter::cli
