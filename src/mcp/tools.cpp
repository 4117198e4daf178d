// tools/list and tools/call.

#include <fmt/core.h>

#include "base/text.h"
#include "mcp/parameters.h"

namespace crafter::mcp {
namespace {

using Entry = std::shared_ptr<const ToolEntry>;

JsonObject wire(ToolResult result) {
  JsonObject object;
  object.emplace("content", std::move(result.content));
  if (!result.structured.is_null())
    object.emplace("structuredContent", std::move(result.structured));
  if (result.is_error) object.emplace("isError", true);
  if (!result.meta.empty()) object.emplace("_meta", std::move(result.meta));
  return object;
}

ToolResult tool_error(std::string_view words) {
  ToolResult result(words);
  result.is_error = true;
  return result;
}

/// Arguments that do not fit are the model's to mend (SEP-1303).
std::optional<ToolResult> refuse_arguments(const ToolEntry& entry, const Json& arguments) {
  if (entry.tool.own_checks || !entry.input || entry.input->accepts(arguments)) return std::nullopt;
  std::string words = "the arguments do not fit the tool's input schema:";
  for (const Violation& flaw : entry.input->validate(arguments)) {
    words += fmt::format("\n{}: {}", flaw.pointer.empty() ? "/" : flaw.pointer, flaw.message);
    if (!flaw.hint.empty()) words += fmt::format(" ({})", flaw.hint);
  }
  return tool_error(words);
}

Answer answer_of(const ToolEntry& entry, Result<ToolResult> result, const Conversation& talk) {
  if (result) {
    const bool is_good =
        result->is_error || !entry.output ||
        (!result->structured.is_null() && entry.output->accepts(result->structured));
    if (is_good) return wire(*std::move(result));
    return RpcError{kInternalError, "Internal error: the tool's result does not fit its schema"};
  }
  const bool has_excuse = !std::holds_alternative<std::monostate>(talk.excuse());
  if (has_excuse || result.failure().fault() == Fault::internal)
    return answer_to(result.failure(), talk);
  return wire(tool_error(words_of(result.failure())));
}

Answer run_tool(const std::shared_ptr<Conversation>& talk) {
  const ToolEntry& entry = *talk->tool;
  if (auto error = talk->request().dialogue->resume(*talk)) return *std::move(error);
  if (auto refusal = refuse_arguments(entry, *talk->arguments)) return wire(*std::move(refusal));
  Call call(*talk);
  return answer_of(entry, entry.tool.run(call), *talk);
}

}  // namespace

Outcome list_tools(Engine& engine, const std::shared_ptr<Conversation>& conversation) {
  std::vector<JsonObject> tools;
  for (const Entry& entry : engine.registry().tools.all()) tools.push_back(entry->listed);
  return page_of(engine, conversation->request(), "tools", tools);
}

Outcome call_tool(Engine& engine, const std::shared_ptr<Conversation>& conversation) {
  const Request& request = conversation->request();
  const auto* name = text_parameter(request, "name");
  if (name == nullptr) return invalid_params("name must be a string");
  const Entry entry = engine.registry().tools.find(*name);
  if (entry == nullptr) return invalid_params(fmt::format("unknown tool {}", quote(*name)));
  if (const Json* arguments = request.params.if_contains("arguments")) {
    if (!arguments->is_object()) return invalid_params("arguments must be an object");
    conversation->arguments = arguments;
  }
  conversation->task_support = entry->tool.task;
  conversation->answers_once = entry->tool.answers_once;
  if (entry->tool.task == Task::needed &&
      !conversation->need(fmt::format("extensions/{}", kTasksExtension)))
    return std::get<RpcError>(conversation->excuse());
  conversation->tool = entry;
  return Job{entry->tool.pace, run_tool};
}

}  // namespace crafter::mcp
