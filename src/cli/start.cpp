// run, call: starts a server, to be spoken to by others or by us.

#include <fmt/core.h>

#include <algorithm>
#include <chrono>

#include "base/document.h"
#include "base/text.h"
#include "cli/session.h"
#include "cli/sources.h"
#include "cli/speech.h"
#include "cli/talk.h"
#include "cli/verbs.h"
#include "cli/wishes.h"

namespace crafter::cli {
namespace {

using namespace std::chrono_literals;

constexpr auto kCalling = 10min;

Result<> check_tool(const JsonArray& tools, const std::string& wanted) {
  std::vector<std::string> names;
  for (const Json& tool : tools) names.emplace_back(text_of(tool, "name"));
  if (std::ranges::find(names, wanted) != names.end()) return {};
  const auto meant = nearest(wanted, names);
  const std::string others =
      names.empty() ? "it has no tools" : fmt::format("its tools: {}", enumerate(names));
  return Failure(Fault::not_found, "tool.unknown",
                 fmt::format("there is no tool {}", quote(wanted)),
                 meant ? fmt::format("did you mean \"{}\"?", *meant) : others);
}

/// The texts of a result, one below the other; what is no text as JSON.
std::string told(const Json& result) {
  const Json* content = find(result, "content");
  if (content == nullptr || !content->is_array()) return write_pretty_json(result);
  std::string text;
  for (const Json& item : content->get_array())
    text += text_of(item, "type") == "text" ? std::string(text_of(item, "text")) + "\n"
                                            : write_pretty_json(item);
  return text;
}

Answer answer_of(Json result) {
  const std::string text = told(result);
  const Json* is_error = find(result, "isError");
  Answer answer{.data = {{"result", std::move(result)}}};
  if (is_error != nullptr && is_error->is_bool() && is_error->get_bool())
    answer.failure = Failure(Fault::unverified, "call.tool_error", std::string(trim(text)));
  else
    answer.text = text;
  return answer;
}

/// ARGS: an object as strict JSON, or "-" for standard input; {} when it is not there.
Result<JsonObject> arguments_of(const Session& session) {
  std::string text = session.arguments().operand(2);
  if (text.empty()) return JsonObject();
  if (text == "-") {
    TRY(text, read_named_file(session, "-"));
  }
  const auto value = parse_json(text, "ARGS");
  if (!value) return Failure(Fault::usage, value.failure().diagnostics());
  if (!value->is_object())
    return Failure(Fault::usage, "usage.arguments", "ARGS is no JSON object",
                   R"(as in '{"city": "Oslo"}')");
  return value->get_object();
}

}  // namespace

Result<Answer> run(const Session& session) {
  const Arguments& arguments = session.arguments();
  Crafter::LaunchWish wish{.http = arguments.has("--http")};
  if (!wish.http && (arguments.has("--host") || arguments.has("--port")))
    return Failure(Fault::usage, "usage.combination", "--host and --port need --http",
                   "add --http");
  TRY(wish.port, number_of(arguments, "--port", 1, 65535, 0));
  wish.host = arguments.value("--host", wish.host);
  TRY(Crafter crafter, session.open());
  TRY(const Launch launched, launched_by(session, crafter, wish));
  if (wish.http)
    session.say(fmt::format("{} at http://{}:{}/mcp\n", launched.name, wish.host, launched.port));
  else if (session.outside().input_is_terminal)
    session.say(fmt::format("{} speaks MCP on stdio; Ctrl-D ends it\n", launched.name));
  TRY(become(launched.command));
  return Answer{};  // not reached: this program is the server now
}

Result<Answer> call(const Session& session) {
  const std::string tool = session.arguments().operand(1);
  const std::stop_token stop = session.outside().stop;
  TRY(JsonObject arguments, arguments_of(session));
  TRY(Crafter crafter, session.open());
  TRY(Launch launched, launched_by(session, crafter, {}));
  TRY(const Talk server, talk_to(std::move(launched.command), kCalling, stop));
  TRY(const JsonArray tools, server.client->list("tools/list", "tools", kOpening, stop));
  TRY(check_tool(tools, tool));
  TRY(Json result,
      server.client->request("tools/call", {{"name", tool}, {"arguments", std::move(arguments)}},
                             kCalling, stop));
  return answer_of(std::move(result));
}

}  // namespace crafter::cli
