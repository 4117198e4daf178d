// templates, capabilities, schema, doctor, version, help: what the program offers and needs.

#include <fmt/core.h>

#include "base/text.h"
#include "cli/help.h"
#include "cli/session.h"
#include "cli/speech.h"
#include "cli/verbs.h"
#include "mcp/client.h"

namespace crafter::cli {
namespace {

/// The names of an options schema's properties.
std::vector<std::string> option_names(const Json& schema) {
  std::vector<std::string> names;
  const Json* properties = find(schema, "properties");
  if (properties == nullptr || !properties->is_object()) return names;
  for (const auto& [name, value] : properties->get_object()) names.emplace_back(name);
  return names;
}

Json data_of(const Ailment& ailment) {
  return {{"name", ailment.name},
          {"ok", ailment.ok},
          {"needed", ailment.needed},
          {"detail", ailment.detail},
          {"hint", ailment.hint.empty() ? Json() : Json(ailment.hint)}};
}

std::string line_of(const Ailment& ailment, bool colour) {
  const Tone tone = ailment.ok ? Tone::good : ailment.needed ? Tone::bad : Tone::wary;
  const std::string_view mark = ailment.ok ? "ok" : ailment.needed ? "missing" : "absent";
  std::string line = fmt::format("{}{:{}}{:14} {}\n", painted(colour, tone, mark), "",
                                 9 - mark.size(), ailment.name, harmless(ailment.detail));
  if (!ailment.ok && !ailment.hint.empty())
    line += fmt::format("{:9}hint: {}\n", "", harmless(ailment.hint));
  return line;
}

}  // namespace

Result<Answer> templates(const Session& session) {
  TRY(const Crafter crafter, session.open());
  const Catalog& catalog = crafter.catalog();
  JsonArray all;
  std::vector<std::vector<std::string>> rows;
  for (const std::string& name : catalog.names(PartKind::base)) {
    const std::string& summary = catalog.find(PartKind::base, name)->summary;
    all.push_back({{"name", name}, {"summary", summary}});
    rows.push_back({name, summary});
  }
  return Answer{.data = {{"templates", std::move(all)}}, .text = table(rows)};
}

Result<Answer> capabilities(const Session& session) {
  TRY(const Crafter crafter, session.open());
  const Catalog& catalog = crafter.catalog();
  JsonArray all;
  std::vector<std::vector<std::string>> rows;
  for (const std::string& name : catalog.names(PartKind::capability)) {
    const Part& part = *catalog.find(PartKind::capability, name);
    all.push_back({{"name", name}, {"summary", part.summary}, {"options", part.options}});
    rows.push_back({name, part.summary});
    const auto options = option_names(part.options);
    if (!options.empty()) rows.push_back({"", "options: " + join(options, ", ")});
  }
  return Answer{.data = {{"capabilities", std::move(all)}}, .text = table(rows)};
}

Result<Answer> schema(const Session& session) {
  TRY(const Crafter crafter, session.open());
  Json schema = form_schema(crafter.catalog());
  std::string text = write_pretty_json(schema);
  return Answer{.data = std::move(schema), .text = std::move(text)};
}

Result<Answer> doctor(const Session& session) {
  TRY(const Crafter crafter, session.open());
  JsonArray checks;
  std::vector<Diagnostic> missing;
  Answer answer;
  for (const Ailment& ailment : crafter.doctor()) {
    checks.push_back(data_of(ailment));
    answer.text += line_of(ailment, session.manner().output_colour);
    if (!ailment.ok && ailment.needed)
      missing.push_back({.code = "doctor.missing",
                         .message = fmt::format("{}: {}", ailment.name, ailment.detail),
                         .hint = ailment.hint});
  }
  answer.data = {{"checks", std::move(checks)}};
  if (!missing.empty()) answer.failure = Failure(Fault::unavailable, std::move(missing));
  return answer;
}

Result<Answer> version(const Session& /*session*/) {
  const std::string_view older = mcp::protocol_version(mcp::Era::legacy);
  const std::string_view newer = mcp::protocol_version(mcp::Era::modern);
  return Answer{
      .data = {{"version", program_version()}, {"protocol_versions", JsonArray{newer, older}}},
      .text = fmt::format("mcp-crafter {} (MCP {}, {})\n", program_version(), newer, older)};
}

Result<Answer> help(const Session& session) {
  const std::string name = session.arguments().operand(0);
  if (name.empty()) return Answer{.data = {{"text", help_page()}}, .text = help_page()};
  const Verb* verb = find_verb(verbs(), name);
  if (verb == nullptr) return Failure(Fault::usage, unknown_verb(verbs(), name));
  return Answer{.data = {{"text", help_page(*verb)}}, .text = help_page(*verb)};
}

}  // namespace crafter::cli
