// The tools of the specification over the engine. All problems of a form come at once, as a tool
// error that a model can act on.

#include <fmt/core.h>

#include <string>
#include <utility>

#include "base/text.h"
#include "engine/views.h"
#include "serve/schemas.h"
#include "serve/serve.h"

namespace crafter {
namespace {

using mcp::Call;
using mcp::ToolResult;

constexpr double kDone = 100;

ToolResult refused(const Failure& failure) {
  ToolResult result = ToolResult::of(
      JsonObject{{"message", failure.message()},
                 {"diagnostics", to_json(brief(failure.diagnostics(), kMostBytes))}});
  result.is_error = true;
  return result;
}

JsonObject told(Desk& desk, const Build& build) {
  JsonObject data = to_json(build);
  data["path"] = fmt::format("{}/{}", desk.crafter().workspace().value_or(""), build.server_name);
  return data;
}

ToolResult answer_of(Desk& desk, const Build& build) {
  ToolResult result = ToolResult::of(told(desk, build));
  result.is_error = build.state == BuildState::failed || build.state == BuildState::cancelled;
  return result;
}

/// Callers that asked for progress, and those that know tasks, get the end of it.
Result<ToolResult> followed(Desk& desk, Call& call, const std::string& id) {
  if (call.detach() || call.wants_progress()) {
    const auto hear = [&](const Event& event) {
      call.progress(event.progress, kDone, event.message.empty() ? event.step : event.message);
    };
    TRY(const Build build, desk.follow(id, hear, call.stop()));
    return answer_of(desk, build);
  }
  TRY(const Build build, desk.crafter().status(id));
  return answer_of(desk, build);
}

Result<ToolResult> create(Desk& desk, Call& call) {
  const FormSource source{.text = write_json(call.arguments()),
                          .file = "arguments",
                          .overrides = {},
                          .allowed_dependencies = {}};
  const auto preview = desk.crafter().validate(source);
  if (!preview) return refused(preview.failure());
  const auto id = desk.submit(source);
  if (!id) return refused(id.failure());
  TRY(ToolResult result, followed(desk, call, *id));
  if (preview->warnings.empty()) return result;
  result.structured.as_object()["warnings"] = to_json(brief(preview->warnings, kMostBytes / 4));
  const bool is_error = result.is_error;
  result = ToolResult::of(std::move(result.structured));
  result.is_error = is_error;
  return result;
}

Result<ToolResult> status(Desk& desk, Call& call) {
  const auto build = desk.crafter().status(std::string(call.text("build_id")));
  if (!build) return refused(build.failure());
  return ToolResult::of(told(desk, *build));
}

Result<ToolResult> list(Desk& desk, Call& /*call*/) {
  const auto servers = desk.crafter().list();
  if (!servers) return refused(servers.failure());
  JsonArray all;
  for (const Server& server : *servers) all.push_back(to_json(server));
  return ToolResult::of(JsonObject{{"servers", std::move(all)}});
}

Result<ToolResult> info(Desk& desk, Call& call) {
  const auto details = desk.crafter().info(std::string(call.text("server_name")));
  if (!details) return refused(details.failure());
  return ToolResult::of(to_json(*details));
}

/// What would go, in words.
std::string farewell(const std::string& name, const std::vector<Leftover>& leftovers) {
  std::string words = fmt::format("Deleting moves {} to the trash of the workspace", name);
  for (const Leftover& leftover : leftovers)
    words += fmt::format("; {} ({}) goes with it", leftover.path, leftover.why);
  return words + ".";
}

/// Whether somebody said yes: the caller by an argument, or its user when asked.
Result<bool> is_confirmed(Call& call, const std::string& words) {
  const Json* confirm = call.arguments().if_contains("confirm");
  if (confirm != nullptr && confirm->is_bool()) return confirm->get_bool();
  if (!call.can("elicitation")) return false;
  JsonObject schema = object_schema({{"confirm", typed("boolean", "Delete it?")}});
  TRY(const Json answer, call.ask("confirm", mcp::elicitation(words, std::move(schema))));
  const Json* yes = at_pointer(answer, "/content/confirm");
  return text_of(answer, "action") == "accept" && yes != nullptr && yes->is_bool() &&
         yes->get_bool();
}

Result<ToolResult> remove(Desk& desk, Call& call) {
  const std::string name(call.text("server_name"));
  const auto leftovers = desk.crafter().leftovers(name);
  if (!leftovers) return refused(leftovers.failure());
  const std::string words = farewell(name, *leftovers);
  TRY(const bool confirmed, is_confirmed(call, words));
  if (!confirmed)
    return refused(Failure(Fault::input_needed, "delete.unconfirmed", words,
                           "nothing was deleted; with \"confirm\": true it is"));
  const auto id = desk.crafter().remove(name, /*force=*/true);
  if (!id) return refused(id.failure());
  TRY(const Build build, desk.crafter().status(*id));
  return answer_of(desk, build);
}

struct Row {
  std::string_view name;
  std::string_view title;
  std::string_view description;
  JsonObject input;
  JsonObject output;
  JsonObject annotations;
  Result<ToolResult> (*run)(Desk&, Call&);
  mcp::Task task = mcp::Task::never;
  bool own_checks = false;
};

/// The form's schema, but for what only the root of a document has.
JsonObject form_input(const Catalog& catalog) {
  JsonObject schema = form_schema(catalog).get_object();
  schema.erase("$schema");
  schema.erase("$id");
  return schema;
}

std::vector<Row> rows(const Catalog& catalog) {
  const JsonObject reads{{"readOnlyHint", true}, {"openWorldHint", false}};
  const JsonObject of_server =
      object_schema({{"server_name", typed("string", "as in list_servers")}});
  JsonObject details = server_schema();
  for (const char* more : {"form", "files", "proof"})
    details["properties"].as_object()[more] = true;
  return {
      {"create_mcp_server", "Create MCP server",
       "Makes an MCP server project of a form and proves that it works. Answers with a build_id at "
       "once; callers that ask for progress get the result. All problems of a form come at once.",
       form_input(catalog), build_schema(),
       JsonObject{{"readOnlyHint", false}, {"destructiveHint", false}, {"idempotentHint", false}},
       create, mcp::Task::allowed, true},
      {"get_build_status", "Get build status", "How a build is doing, and what went wrong.",
       object_schema({{"build_id", typed("string")}}), build_schema(), reads, status},
      {"list_servers", "List servers", "All servers of the workspace.", object_schema({}),
       object_schema({{"servers", list_of(server_schema())}}), reads, list},
      {"get_server_info", "Get server info", "A server's form, files and proof.", of_server,
       details, reads, info},
      {"delete_server", "Delete server",
       "Moves a server to the trash. Without confirm the user is asked, or the answer says what "
       "would go.",
       object_schema({{"server_name", typed("string", "as in list_servers")},
                      {"confirm", typed("boolean", "true: delete it"), false}}),
       build_schema(),
       JsonObject{{"readOnlyHint", false}, {"destructiveHint", true}, {"idempotentHint", false}},
       remove},
  };
}

}  // namespace

mcp::Server crafter_server() {
  return mcp::Server(
      {.name = "mcp-crafter",
       .version = std::string(program_version()),
       .title = "MCP Crafter",
       .description = "Makes proven MCP servers of forms"},
      {.instructions = "Describe the server as the arguments of create_mcp_server (its schema is "
                       "the form), then follow the build with get_build_status. A failed build "
                       "says what to change. crafter://catalog lists capabilities and options."});
}

Result<> offer_tools(mcp::Server& server, Desk& desk) {
  for (Row& row : rows(desk.crafter().catalog())) {
    const auto run = [&desk, work = row.run](Call& call) { return work(desk, call); };
    TRY(server.add(mcp::Tool{.name = std::string(row.name),
                             .description = std::string(row.description),
                             .run = run,
                             .input = std::move(row.input),
                             .output = std::move(row.output),
                             .title = std::string(row.title),
                             .annotations = std::move(row.annotations),
                             .task = row.task,
                             .own_checks = row.own_checks}));
  }
  return {};
}

}  // namespace crafter
