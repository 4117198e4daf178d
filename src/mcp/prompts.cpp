// prompts/list, prompts/get and completion/complete.

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "mcp/parameters.h"

namespace crafter::mcp {
namespace {

constexpr std::size_t kMostValues = 100;

std::optional<RpcError> check_arguments(const Prompt& prompt, const JsonObject& given) {
  for (const auto& [name, value] : given) {
    if (!value.is_string())
      return invalid_params(fmt::format("the argument {} must be a string", quote(name)));
  }
  for (const PromptArgument& argument : prompt.arguments) {
    if (argument.required && !given.contains(argument.name))
      return invalid_params(fmt::format("the argument {} is missing", quote(argument.name)));
  }
  return std::nullopt;
}

Answer run_prompt(const PromptEntry& entry, Conversation& talk) {
  if (auto error = talk.request().dialogue->resume(talk)) return *std::move(error);
  Call call(talk);
  auto result = entry.prompt.run(call);
  if (!result) return answer_to(result.failure(), talk);
  JsonObject object{{"messages", std::move(result->messages)}};
  if (!result->description.empty()) object["description"] = result->description;
  return object;
}

/// What completes the argument `name` of what `ref` names: nothing when nothing does, an error when
/// there is no such thing.
std::variant<Complete, RpcError> find_complete(const Registry& registry, const Json& ref,
                                               const std::string& name) {
  const std::string_view type = text_of(ref, "type");
  if (type == "ref/prompt") {
    const auto entry = registry.prompts.find(text_of(ref, "name"));
    if (entry == nullptr) return invalid_params("ref names no prompt");
    const auto& arguments = entry->prompt.arguments;
    const auto found = std::ranges::find(arguments, name, &PromptArgument::name);
    if (found == arguments.end()) return invalid_params("the prompt has no such argument");
    return found->complete;
  }
  if (type != "ref/resource") return invalid_params("ref is neither a prompt nor a resource");
  const auto entry = registry.templates.find(text_of(ref, "uri"));
  if (entry == nullptr) return invalid_params("ref names no resource template");
  const auto found = entry->resources.complete.find(name);
  return found == entry->resources.complete.end() ? Complete() : found->second;
}

JsonObject completion(std::vector<std::string> values) {
  const std::size_t total = values.size();
  values.resize(std::min(total, kMostValues));
  JsonArray shown(values.begin(), values.end());
  return {{"completion",
           JsonObject{
               {"values", std::move(shown)}, {"total", total}, {"hasMore", total > kMostValues}}}};
}

JsonObject context_of(const Request& request) {
  const Json* context = request.params.if_contains("context");
  const Json* arguments = context == nullptr ? nullptr : find(*context, "arguments");
  return arguments == nullptr || !arguments->is_object() ? JsonObject() : arguments->get_object();
}

}  // namespace

Outcome list_prompts(Engine& engine, const std::shared_ptr<Conversation>& conversation) {
  std::vector<JsonObject> listed;
  for (const auto& entry : engine.registry().prompts.all()) listed.push_back(entry->listed);
  return page_of(engine, conversation->request(), "prompts", listed);
}

Outcome get_prompt(Engine& engine, const std::shared_ptr<Conversation>& conversation) {
  const Request& request = conversation->request();
  const auto* name = text_parameter(request, "name");
  if (name == nullptr) return invalid_params("name must be a string");
  const auto entry = engine.registry().prompts.find(*name);
  if (entry == nullptr) return invalid_params(fmt::format("unknown prompt {}", quote(*name)));
  if (const Json* arguments = request.params.if_contains("arguments")) {
    if (!arguments->is_object()) return invalid_params("arguments must be an object");
    conversation->arguments = arguments;
  }
  if (auto error = check_arguments(entry->prompt, conversation->arguments->get_object()))
    return *std::move(error);
  return Job{entry->prompt.pace, [entry](const std::shared_ptr<Conversation>& talk) {
               return run_prompt(*entry, *talk);
             }};
}

Outcome complete(Engine& engine, const std::shared_ptr<Conversation>& conversation) {
  const Request& request = conversation->request();
  const Json* ref = request.params.if_contains("ref");
  const Json* argument = request.params.if_contains("argument");
  if (ref == nullptr || argument == nullptr || find(*argument, "value") == nullptr ||
      !find(*argument, "value")->is_string())
    return invalid_params("ref and argument {name, value} are needed");
  auto found = find_complete(engine.registry(), *ref, std::string(text_of(*argument, "name")));
  if (auto* error = std::get_if<RpcError>(&found)) return std::move(*error);
  auto& by = std::get<Complete>(found);
  if (!by) return completion({});
  return Job{Pace::slow,
             [by = std::move(by), typed = std::string(text_of(*argument, "value")),
              context = context_of(request)](const std::shared_ptr<Conversation>&) -> Answer {
               return completion(by(typed, context));
             }};
}

}  // namespace crafter::mcp
