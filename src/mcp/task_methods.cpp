// tasks/get, tasks/update and tasks/cancel.

#include <fmt/core.h>

#include "mcp/parameters.h"

namespace crafter::mcp {
namespace {

/// The task that a request names, or why it gets none.
std::variant<std::shared_ptr<TaskRecord>, RpcError> named_task(Engine& engine,
                                                               Conversation& conversation) {
  if (!conversation.need(fmt::format("extensions/{}", kTasksExtension)))
    return std::get<RpcError>(conversation.excuse());
  const auto* id = text_parameter(conversation.request(), "taskId");
  if (id == nullptr) return invalid_params("taskId must be a string");
  auto task = engine.tasks().find(*id, conversation.request().principal);
  if (task == nullptr) return invalid_params("unknown taskId");
  return task;
}

}  // namespace

Outcome get_task(Engine& engine, const std::shared_ptr<Conversation>& conversation) {
  const auto found = named_task(engine, *conversation);
  if (const auto* error = std::get_if<RpcError>(&found)) return *error;
  return std::get<0>(found)->describe();
}

Outcome update_task(Engine& engine, const std::shared_ptr<Conversation>& conversation) {
  const auto found = named_task(engine, *conversation);
  if (const auto* error = std::get_if<RpcError>(&found)) return *error;
  const Json* responses = conversation->request().params.if_contains("inputResponses");
  if (responses == nullptr || !responses->is_object())
    return invalid_params("inputResponses must be an object");
  std::get<0>(found)->update(responses->get_object());
  return JsonObject();
}

Outcome cancel_task(Engine& engine, const std::shared_ptr<Conversation>& conversation) {
  const auto found = named_task(engine, *conversation);
  if (const auto* error = std::get_if<RpcError>(&found)) return *error;
  std::get<0>(found)->cancel();
  return JsonObject();
}

}  // namespace crafter::mcp
