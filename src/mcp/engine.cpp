// The middle of a server: requests of any era in, answers out.

#include "mcp/engine.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "mcp/dialect.h"
#include "mcp/parameters.h"

namespace crafter::mcp {
namespace {

JsonObject introduction(const Implementation& self) {
  JsonObject object{{"name", self.name}, {"version", self.version}};
  if (!self.title.empty()) object["title"] = self.title;
  if (!self.description.empty()) object["description"] = self.description;
  if (!self.website.empty()) object["websiteUrl"] = self.website;
  return object;
}

Outcome discover(Engine& engine, const std::shared_ptr<Conversation>&) {
  JsonArray versions{kModernVersion};
  versions.insert(versions.end(), std::begin(kLegacyVersions), std::end(kLegacyVersions));
  JsonObject result{{"supportedVersions", std::move(versions)},
                    {"capabilities", engine.capabilities()}};
  if (!engine.options().instructions.empty())
    result["instructions"] = engine.options().instructions;
  return cacheable(engine, std::move(result));
}

constexpr std::array kMethods{Method{"tools/call", call_tool},
                              Method{"tools/list", list_tools},
                              Method{"server/discover", discover},
                              Method{"resources/list", list_resources},
                              Method{"resources/templates/list", list_templates},
                              Method{"resources/read", read_resource},
                              Method{"prompts/list", list_prompts},
                              Method{"prompts/get", get_prompt},
                              Method{"completion/complete", complete},
                              Method{"subscriptions/listen", listen},
                              Method{"tasks/get", get_task},
                              Method{"tasks/update", update_task},
                              Method{"tasks/cancel", cancel_task}};

bool has_completion(const Registry& registry) {
  const auto has_prompt = [](const auto& entry) {
    return std::ranges::any_of(entry->prompt.arguments, [](const PromptArgument& argument) {
      return static_cast<bool>(argument.complete);
    });
  };
  return std::ranges::any_of(registry.prompts.all(), has_prompt) ||
         std::ranges::any_of(registry.templates.all(),
                             [](const auto& entry) { return !entry->resources.complete.empty(); });
}

bool has_tasks(const Registry& registry) {
  return std::ranges::any_of(registry.tools.all(),
                             [](const auto& entry) { return entry->tool.task != Task::never; });
}

}  // namespace

Engine::Engine(Implementation self, ServerOptions options)
    : options_(std::move(options)),
      self_(introduction(self)),
      self_text_(write_json(self_)),
      tasks_(options_.most_tasks, options_.task_ttl_ms),
      states_(options_.state_key, options_.answer_life, *options_.clock),
      workers_(options_.workers, options_.waiting) {}

JsonObject Engine::capabilities() const {
  JsonObject all{{"logging", JsonObject()}};
  if (!registry_.tools.is_empty()) all["tools"] = JsonObject{{"listChanged", true}};
  if (!registry_.prompts.is_empty()) all["prompts"] = JsonObject{{"listChanged", true}};
  if (!registry_.resources.is_empty() || !registry_.templates.is_empty())
    all["resources"] = JsonObject{{"listChanged", true}, {"subscribe", true}};
  if (has_completion(registry_)) all["completions"] = JsonObject();
  if (has_tasks(registry_)) all["extensions"] = JsonObject{{kTasksExtension, JsonObject()}};
  return all;
}

void Engine::serve(const std::shared_ptr<Conversation>& conversation) {
  const std::string& name = conversation->request().method;
  const auto* method = std::ranges::find(kMethods, name, &Method::name);
  if (method == kMethods.end() || !conversation->request().dialect->knows(name))
    return conversation->finish(
        RpcError{kMethodNotFound, fmt::format("Method not found: {}", quote(name))});
  Outcome outcome = method->serve(*this, conversation);
  if (auto* job = std::get_if<Job>(&outcome)) return run(conversation, std::move(*job));
  if (auto* result = std::get_if<JsonObject>(&outcome))
    return conversation->finish(std::move(*result));
  if (auto* error = std::get_if<RpcError>(&outcome)) conversation->finish(std::move(*error));
}

void Engine::run(const std::shared_ptr<Conversation>& conversation, Job job) {
  if (job.pace == Pace::quick) return conversation->finish(job.run(conversation));
  const bool is_taken = workers_.run([conversation, run = std::move(job.run)] {
    if (!conversation->is_cancelled()) conversation->finish(run(conversation));
  });
  if (!is_taken) conversation->finish(RpcError{kInternalError, "The server is busy, try later"});
}

std::shared_ptr<TaskRecord> Engine::create_task(const std::string& principal) {
  return tasks_.create(principal, [this, principal](JsonObject task) {
    const std::string id(text_of(task, "taskId"));
    hub_.announce({Change::Kind::task, id, std::move(task), principal});
  });
}

JsonObject cacheable(const Engine& engine, JsonObject result) {
  result["ttlMs"] = engine.options().list_ttl_ms;
  result["cacheScope"] = engine.options().cache_scope;
  return result;
}

}  // namespace crafter::mcp
