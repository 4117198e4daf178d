// An MCP server: what it offers, in every revision of the protocol, over any transport.

#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "mcp/call.h"
#include "mcp/content.h"
#include "os/clock.h"

namespace crafter::mcp {

class Engine;

/// Who a server is. Empty members are left out.
struct Implementation {
  std::string name;
  std::string version;
  std::string title = {};
  std::string description = {};
  std::string website = {};
};

/// Whether a handler may wait. What is `quick` runs on the thread that reads the requests, which is
/// cheaper than a worker; it must neither wait nor ask.
enum class Pace { quick, slow };

/// Whether a tool may carry on as a task (`Call::detach`); `needed` refuses clients without tasks.
enum class Task { never, allowed, needed };

/// Offers values for what a user typed, at most 100 of them; `context` holds the arguments so far.
using Complete =
    std::function<std::vector<std::string>(std::string_view typed, const JsonObject& context)>;

/// `input` and `output` are JSON Schemas (2020-12); `input` is that of an object. Arguments that do
/// not fit never reach `run`, and a structured result that does not fit `output` is an internal
/// error. A Failure of `run` becomes a tool error that a model can read; Fault::internal becomes an
/// error of the protocol.
struct Tool {
  std::string name;
  std::string description;
  std::function<Result<ToolResult>(Call&)> run;
  JsonObject input = {{"type", "object"}};
  JsonObject output = {};  ///< empty: none
  std::string title = {};
  JsonObject annotations = {};
  JsonArray icons = {};
  JsonObject meta = {};
  Pace pace = Pace::slow;
  Task task = Task::never;
  bool answers_once = false;  ///< answers to its questions may be used once only
  bool own_checks = false;    ///< `run` judges arguments itself, in better words than a schema has
};

/// Contents as text_contents and blob_contents make them; not_found when there is no such resource.
using Read = std::function<Result<JsonArray>(Call&)>;

struct Resource {
  std::string uri;
  std::string name;
  std::string description;
  std::string mime_type;
  Read read;
  std::string title = {};
  JsonObject more = {};  ///< size, annotations, icons, _meta
  Pace pace = Pace::slow;
};

/// Resources by pattern (RFC 6570, {name} within a segment, {+name} across them).
struct ResourceTemplate {
  std::string uri_template;
  std::string name;
  std::string description;
  std::string mime_type;
  Read read;
  std::string title = {};
  std::map<std::string, Complete> complete = {};  ///< by variable
  std::function<std::vector<Resource>()> list =
      {};  ///< those to show in resources/list; `read` unused
};

struct PromptArgument {
  std::string name;
  std::string description = {};
  bool required = false;
  Complete complete = {};
};

struct Prompt {
  std::string name;
  std::string description;
  std::function<Result<PromptResult>(Call&)> run;
  std::vector<PromptArgument> arguments = {};
  std::string title = {};
  Pace pace = Pace::slow;
};

struct ServerOptions {
  std::string instructions = {};        ///< how to use the server, for the model
  std::size_t workers = 32;             ///< threads for slow handlers, started as needed
  std::size_t waiting = 1024;           ///< calls that may wait for a worker; more are refused
  std::size_t page_size = 100;          ///< items of a list in one answer
  std::int64_t list_ttl_ms = 60'000;    ///< how long clients may keep lists and resources
  std::string cache_scope = "private";  ///< or "public": results do not depend on who asks
  std::chrono::milliseconds answer_life = std::chrono::minutes(10);  ///< of unanswered questions
  std::string state_key = {};  ///< 32 bytes shared by all processes; empty: this process's own
  std::int64_t task_ttl_ms = 3'600'000;
  std::size_t most_tasks = 1024;
  const Clock* clock = &system_clock();
};

/// Thread-safe. Outlives the transports that serve it (stdio_server.h, http_server.h). What is
/// added or removed while clients are connected is announced to those that want to know.
class Server {
 public:
  explicit Server(Implementation self, ServerOptions options = {});
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Adds, or replaces what has the same name. Fails with invalid_input when names, schemas or
  /// x-mcp-header notes are not what the protocol allows.
  Result<> add(Tool tool);
  Result<> add(Resource resource);
  Result<> add(ResourceTemplate resources);
  Result<> add(Prompt prompt);
  void remove_tool(std::string_view name);
  void remove_resource(std::string_view uri);
  void remove_prompt(std::string_view name);

  /// The contents of a resource, or what a template's `list` gives, have changed.
  void resource_updated(std::string_view uri);
  void resources_changed();

  /// For transports.
  [[nodiscard]] Engine& engine() const { return *engine_; }

 private:
  std::unique_ptr<Engine> engine_;
};

}  // namespace crafter::mcp
