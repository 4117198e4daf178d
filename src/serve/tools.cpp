// The tools of the specification: their table, and those that look at servers or delete them.

#include <fmt/core.h>

#include <string>
#include <utility>

#include "base/text.h"
#include "engine/views.h"
#include "serve/answers.h"
#include "serve/making.h"
#include "serve/schemas.h"
#include "serve/serve.h"

namespace crafter {
namespace {

using mcp::Call;
using mcp::ToolResult;

Result<ToolResult> status(Desk& desk, Call& call) {
  const Visitor visitor(desk, call.principal());
  const auto build = visitor.status(std::string(call.text("build_id")));
  if (!build) return refused(build.failure());
  return ToolResult::of(told(visitor, *build));
}

Result<ToolResult> list(Desk& desk, Call& call) {
  const auto servers = Visitor(desk, call.principal()).list();
  if (!servers) return refused(servers.failure());
  JsonArray all;
  for (const Server& server : *servers) all.push_back(to_json(server));
  return ToolResult::of(JsonObject{{"servers", std::move(all)}});
}

Result<ToolResult> info(Desk& desk, Call& call) {
  const auto details = Visitor(desk, call.principal()).info(std::string(call.text("server_name")));
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
  const Visitor visitor(desk, call.principal());
  const auto leftovers = visitor.leftovers(name);
  if (!leftovers) return refused(leftovers.failure());
  const std::string words = farewell(name, *leftovers);
  TRY(const bool confirmed, is_confirmed(call, words));
  if (!confirmed)
    return refused(Failure(Fault::input_needed, "delete.unconfirmed", words,
                           "nothing was deleted; with \"confirm\": true it is"));
  const auto build = visitor.remove(name);
  if (!build) return refused(build.failure());
  return answer_of(visitor, *build, {});
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

std::vector<Row> rows(const Catalog& catalog) {
  const JsonObject reads{{"readOnlyHint", true}, {"openWorldHint", false}};
  const JsonObject of_server =
      object_schema({{"server_name", typed("string", "as in list_servers")}});
  return {
      {"create_mcp_server", "Create MCP server",
       "Makes an MCP server project of a form and proves that it works. Answers with a build_id at "
       "once; callers that ask for progress get the result. All problems of a form come at once.",
       create_input(catalog), build_schema(),
       JsonObject{{"readOnlyHint", false}, {"destructiveHint", false}, {"idempotentHint", false}},
       create_server, mcp::Task::allowed, true},
      {"update_server", "Update server",
       "Brings changed form fields into a server: each field in updates replaces that of the form, "
       "the others stay. What people edited is merged and never lost: conflicts are listed and "
       "nothing is written. The result is proven first. Answers as create_mcp_server does; status "
       "unchanged when there is nothing to do.",
       update_input(catalog), update_schema(),
       JsonObject{{"readOnlyHint", false}, {"destructiveHint", true}, {"idempotentHint", true}},
       update_server, mcp::Task::allowed, true},
      {"get_build_status", "Get build status", "How a build is doing, and what went wrong.",
       object_schema({{"build_id", typed("string")}}), build_schema(), reads, status},
      {"list_servers", "List servers", "All servers of the workspace.", object_schema({}),
       object_schema({{"servers", list_of(server_schema())}}), reads, list},
      {"get_server_info", "Get server info", "A server's form, files and proof.", of_server,
       details_schema(), reads, info},
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
      {.instructions =
           "Describe the server as the arguments of create_mcp_server (its schema is the form), "
           "then follow the build with get_build_status. A failed build says what to change; "
           "update_server changes a server that is there. crafter://catalog lists capabilities "
           "and options."});
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
