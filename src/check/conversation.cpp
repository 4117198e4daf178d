// Talks with a server the way clients do, mistakes included.

#include "check/conversation.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>

#include "base/text.h"
#include "check/listing.h"
#include "jsonschema/example.h"

namespace crafter {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirst{20'000};
constexpr milliseconds kAnswer{10'000};
constexpr milliseconds kBody{35'000};

constexpr std::string_view kStranger = "mcp-crafter-no-such-tool";
constexpr std::string_view kInvalid = "mcp.error.-32602";

/// Answers to a call that are no success and no failure of the protocol either: the tool wants
/// something of the client that this one has not, or asks back.
constexpr std::array kAccepted{"mcp.error.-32021", "mcp.result_type"};

Failure wrong(std::string words) { return {Fault::unverified, "check.wire", std::move(words)}; }

std::string_view code_of(const Failure& failure) { return failure.diagnostics().front().code; }

bool is_set(const Json& value, std::string_view name) {
  const Json* member = find(value, name);
  return member != nullptr && member->is_bool() && member->get_bool();
}

/// Arguments that the schema refuses: an example with one member of another type (a body might well
/// take it), the empty object, or an unknown member.
std::optional<Json> refused_arguments(const Json& schema) {
  const auto compiled = Schema::compile(schema);
  if (!compiled) return std::nullopt;
  std::vector<Json> candidates;
  const Json sound = example(schema);
  if (sound.is_object()) {
    for (const auto& member : sound.get_object()) {
      for (const Json& other : {Json(nullptr), Json(JsonArray()), Json(JsonObject()), Json(true)}) {
        candidates.push_back(sound);
        candidates.back().get_object()[member.key()] = other;
      }
    }
  }
  candidates.insert(candidates.end(), {JsonObject(), JsonObject{{kStranger, 1}}});
  const auto refused = std::ranges::find_if(
      candidates, [&](const Json& candidate) { return !compiled->accepts(candidate); });
  if (refused == candidates.end()) return std::nullopt;
  return *refused;
}

/// One client in one conversation.
class Speaker {
 public:
  Speaker(const Conversation& talk, mcp::Client& client) : talk_(talk), client_(client) {}

  Result<> compare_lists();
  Result<> call(const Tool& tool);
  Result<> call_stranger();
  /// Says whether there was a tool that refuses anything.
  Result<> call_wrongly(const std::vector<const Tool*>& tools);

 private:
  Result<JsonArray> list(std::string_view method, std::string_view member);
  Result<Json> request_call(std::string_view name, Json arguments, milliseconds limit);

  const Conversation& talk_;
  mcp::Client& client_;
};

Result<JsonArray> Speaker::list(std::string_view method, std::string_view member) {
  talk_.between();
  return client_.list(method, member, kAnswer, talk_.stop);
}

Result<Json> Speaker::request_call(std::string_view name, Json arguments, milliseconds limit) {
  talk_.between();
  return client_.request("tools/call", {{"name", name}, {"arguments", std::move(arguments)}}, limit,
                         talk_.stop);
}

Result<> Speaker::compare_lists() {
  const Blueprint& blueprint = talk_.blueprint;
  std::string words;
  if (!blueprint.tools.empty()) {
    TRY(const JsonArray tools, list("tools/list", "tools"));
    words = unlike_tools(blueprint, talk_.era, tools);
  }
  if (words.empty() && !blueprint.resources.empty()) {
    TRY(const JsonArray resources, list("resources/list", "resources"));
    TRY(const JsonArray templates, list("resources/templates/list", "resourceTemplates"));
    words = unlike_resources(blueprint, false, resources);
    if (words.empty()) words = unlike_resources(blueprint, true, templates);
  }
  if (words.empty() && !blueprint.prompts.empty()) {
    TRY(const JsonArray prompts, list("prompts/list", "prompts"));
    words = unlike_prompts(blueprint, prompts);
  }
  if (!words.empty()) return wrong(words);
  return {};
}

Result<> Speaker::call(const Tool& tool) {
  const auto own = milliseconds(static_cast<std::int64_t>(tool.timeout_seconds.value_or(0) * 1000));
  auto result = request_call(tool.name, sample_arguments(tool), kBody + own);
  if (result) return {};
  const auto is_this = [&](std::string_view code) { return code == code_of(result.failure()); };
  if (std::ranges::any_of(kAccepted, is_this)) return {};
  return std::move(result).failure();
}

Result<> Speaker::call_stranger() {
  auto result = request_call(kStranger, JsonObject(), kAnswer);
  if (result) return wrong("a tool that does not exist was called, and answered");
  if (code_of(result.failure()) == kInvalid) return {};
  return std::move(result).failure();
}

Result<> Speaker::call_wrongly(const std::vector<const Tool*>& tools) {
  for (const Tool* tool : tools) {
    auto arguments = refused_arguments(tool->input_schema);
    if (!arguments) continue;
    const std::string shown = quote(write_json(*arguments));
    TRY(const Json result, request_call(tool->name, *std::move(arguments), kAnswer));
    if (is_set(result, "isError")) return {};
    return wrong(fmt::format("the tool {} took arguments that its schema refuses: {}",
                             quote(tool->name), shown));
  }
  return {};
}

}  // namespace

Json sample_arguments(const Tool& tool) {
  Json arguments = example(tool.input_schema);
  return arguments.is_object() ? arguments : Json(JsonObject());
}

std::vector<const Tool*> callable_tools(const Blueprint& blueprint) {
  std::vector<const Tool*> tools;
  for (const Tool& tool : blueprint.tools) {
    const bool destroys = tool.annotations && is_set(*tool.annotations, "destructiveHint");
    if (tool.probe && !destroys && tool.task != "required") tools.push_back(&tool);
  }
  return tools;
}

Result<std::string> Conversation::hold() const {
  TRY(const auto client, mcp::Client::open(transport, era, kFirst, stop));
  if (std::string words = unlike_identity(blueprint, era, client->server()); !words.empty())
    return wrong(words);
  Speaker speaker(*this, *client);
  TRY(speaker.compare_lists());
  const auto tools = callable_tools(blueprint);
  const std::size_t count = calls_all ? tools.size() : std::min<std::size_t>(tools.size(), 1);
  for (std::size_t i = 0; i < count; ++i) TRY(speaker.call(*tools[i]));
  if (!blueprint.tools.empty()) TRY(speaker.call_stranger());
  TRY(speaker.call_wrongly(tools));
  return fmt::format("lists equal the form ({} tools, {} called)", blueprint.tools.size(), count);
}

}  // namespace crafter
