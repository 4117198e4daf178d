// The fixtures of the tasks extension.

#include <fmt/core.h>

#include "fixture.h"

namespace fixture {
namespace {

using std::chrono::milliseconds;

JsonObject schema(JsonObject properties) {
  return {{"type", "object"}, {"properties", std::move(properties)}};
}

Result<ToolResult> greet(Call& call) {
  return ToolResult(fmt::format("Hello, {}!", call.text("name")));
}

Result<ToolResult> slow_compute(Call& call) {
  const Json* seconds = call.arguments().if_contains("seconds");
  const double time = seconds != nullptr && seconds->is_number() ? seconds->to_number<double>() : 1;
  call.detach();
  TRY(call.wait(milliseconds(static_cast<std::int64_t>(time * 1000))));
  return ToolResult(fmt::format("computed for {} s", time));
}

Result<ToolResult> failing_job(Call& call) {
  call.detach();
  TRY(call.wait(milliseconds(1000)));
  return crafter::Failure(crafter::Fault::unavailable, "fixture.failed", "the job failed");
}

Result<ToolResult> protocol_error_job(Call& call) {
  call.detach();
  return crafter::Failure(crafter::Fault::internal, "fixture.broken", "the job broke");
}

Result<ToolResult> confirm_delete(Call& call) {
  call.detach();
  TRY(const Json answer, call.ask("confirm", form("Really delete it?", "confirm", "boolean")));
  return ToolResult(crafter::text_of(answer, "action") == "accept" ? "deleted" : "kept");
}

Result<ToolResult> multi_input(Call& call) {
  call.detach();
  TRY(const JsonObject answers, call.ask({{"first", form("First?", "confirm", "boolean")},
                                          {"second", form("Second?", "confirm", "boolean")}}));
  return ToolResult(fmt::format("{} and {}", field(answers.at("first"), "confirm"),
                                field(answers.at("second"), "confirm")));
}

/// Asks in the old way first, and becomes a task with the answer.
Result<ToolResult> with_task(Call& call) {
  TRY(const Json answer, call.ask("user_name", name_question()));
  call.detach();
  TRY(call.wait(milliseconds(100)));
  return ToolResult(fmt::format("Hello, {}!", field(answer, "name")));
}

}  // namespace

void add_task_tools(Server& server) {
  const JsonObject text{{"type", "string"}};
  add(server, {.name = "greet",
               .description = "Greets",
               .run = greet,
               .input = schema({{"name", text}}),
               .pace = Pace::quick});
  add(server, {.name = "slow_compute",
               .description = "Takes its time",
               .run = slow_compute,
               .input = schema({{"seconds", JsonObject{{"type", "number"}}}}),
               .task = Task::allowed});
  add(server, {.name = "failing_job",
               .description = "Fails after a while",
               .run = failing_job,
               .task = Task::needed});
  add(server, {.name = "protocol_error_job",
               .description = "Breaks",
               .run = protocol_error_job,
               .task = Task::allowed});
  add(server, {.name = "confirm_delete",
               .description = "Asks before it deletes",
               .run = confirm_delete,
               .task = Task::allowed});
  add(server, {.name = "multi_input",
               .description = "Asks two things at once",
               .run = multi_input,
               .task = Task::allowed});
  add(server, {.name = "test_tool_with_task",
               .description = "Asks, then becomes a task",
               .run = with_task,
               .task = Task::needed});
}

}  // namespace fixture
