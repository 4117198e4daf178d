// The middle of a server: requests of any era in, answers out.

#pragma once

#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "mcp/conversation.h"
#include "mcp/hub.h"
#include "mcp/registry.h"
#include "mcp/request_state.h"
#include "mcp/task.h"
#include "mcp/workers.h"

namespace crafter::mcp {

/// Something that a handler has to do for an answer.
struct Job {
  Pace pace = Pace::quick;
  std::function<Answer(const std::shared_ptr<Conversation>&)> run;
};

/// What a method makes of a request: an answer, none for now, or a job.
using Outcome = std::variant<std::monostate, JsonObject, RpcError, Job>;

/// A method of the protocol.
struct Method {
  std::string_view name;
  Outcome (*serve)(Engine&, const std::shared_ptr<Conversation>&);
};

/// Thread-safe.
class Engine {
 public:
  Engine(Implementation self, ServerOptions options);

  /// Answers, on this thread or a worker's.
  void serve(const std::shared_ptr<Conversation>& conversation);
  /// A new task of `principal`, whose changes are announced; nullptr when there are too many.
  std::shared_ptr<TaskRecord> create_task(const std::string& principal);

  [[nodiscard]] Registry& registry() { return registry_; }
  [[nodiscard]] Hub& hub() { return hub_; }
  [[nodiscard]] Tasks& tasks() { return tasks_; }
  [[nodiscard]] RequestStates& states() { return states_; }
  [[nodiscard]] const ServerOptions& options() const { return options_; }

  /// The server as it introduces itself, and what it can do (of 2026-07-28).
  [[nodiscard]] const Json& self() const { return self_; }
  [[nodiscard]] const std::string& self_text() const { return self_text_; }
  [[nodiscard]] JsonObject capabilities() const;

 private:
  void run(const std::shared_ptr<Conversation>& conversation, Job job);

  const ServerOptions options_;
  const Json self_;
  const std::string self_text_;
  Registry registry_;
  Hub hub_;
  Tasks tasks_;
  RequestStates states_;
  Workers workers_;  // last: its threads use the others
};

/// A result that says how long it may be kept (server/utilities/caching).
JsonObject cacheable(const Engine& engine, JsonObject result);

/// The methods by area, in tools.cpp, resources.cpp, prompts.cpp, listen.cpp, task_methods.cpp.
Outcome list_tools(Engine& engine, const std::shared_ptr<Conversation>& conversation);
Outcome call_tool(Engine& engine, const std::shared_ptr<Conversation>& conversation);
Outcome list_resources(Engine& engine, const std::shared_ptr<Conversation>& conversation);
Outcome list_templates(Engine& engine, const std::shared_ptr<Conversation>& conversation);
Outcome read_resource(Engine& engine, const std::shared_ptr<Conversation>& conversation);
Outcome list_prompts(Engine& engine, const std::shared_ptr<Conversation>& conversation);
Outcome get_prompt(Engine& engine, const std::shared_ptr<Conversation>& conversation);
Outcome complete(Engine& engine, const std::shared_ptr<Conversation>& conversation);
Outcome listen(Engine& engine, const std::shared_ptr<Conversation>& conversation);
Outcome get_task(Engine& engine, const std::shared_ptr<Conversation>& conversation);
Outcome update_task(Engine& engine, const std::shared_ptr<Conversation>& conversation);
Outcome cancel_task(Engine& engine, const std::shared_ptr<Conversation>& conversation);

}  // namespace crafter::mcp
