// Two beginnings of a talk: what should the server do, and what is wrong with this form.

#include <fmt/core.h>

#include <string>

#include "serve/serve.h"

namespace crafter {
namespace {

using mcp::Call;

mcp::PromptResult of_user(std::string_view words) {
  return {.messages = {mcp::prompt_message("user", mcp::text_block(words))}};
}

Result<mcp::PromptResult> design(Call& call) {
  return of_user(fmt::format(
      "I want an MCP server for this: {}\n\nAsk me what you need to know: which tools with which "
      "parameters, what they answer, which packages and secrets they need, how it is deployed. "
      "Read crafter://catalog for capabilities and their options. Then show me the form, and call "
      "create_mcp_server with it when I agree.",
      call.text("purpose")));
}

Result<mcp::PromptResult> repair(Call& call) {
  return of_user(fmt::format(
      "This form was refused:\n\n{}\n\nThe problems, each with a JSON pointer into the form:\n\n"
      "{}\n\nMend all of them, change nothing else, say what you changed, and call "
      "create_mcp_server with the result.",
      call.text("form"), call.text("problems")));
}

}  // namespace

Result<> offer_prompts(mcp::Server& server) {
  TRY(server.add(mcp::Prompt{.name = "design_server",
                             .description = "Design a server together with the user",
                             .run = design,
                             .arguments = {{.name = "purpose",
                                            .description = "what the server is for",
                                            .required = true}},
                             .title = "Design a server"}));
  return server.add(mcp::Prompt{
      .name = "repair_form",
      .description = "Mend a form that was refused",
      .run = repair,
      .arguments = {{.name = "form", .description = "the form", .required = true},
                    {.name = "problems", .description = "what was said of it", .required = true}},
      .title = "Repair a form"});
}

}  // namespace crafter
