// One request being answered: what its handler may say meanwhile, and its one end.

#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "mcp/hub.h"
#include "mcp/request.h"
#include "mcp/server.h"

namespace crafter::mcp {

class Engine;
class Running;
class TaskRecord;
struct ToolEntry;

/// Shared by the transport, which may cancel it, and the worker that runs it. Thread-safe.
class Conversation : public std::enable_shared_from_this<Conversation> {
 public:
  Conversation(Engine& engine, Request request, std::shared_ptr<Outlet> outlet)
      : engine_(engine), request_(std::move(request)), outlet_(std::move(outlet)) {}

  [[nodiscard]] const Request& request() const { return request_; }
  [[nodiscard]] Engine& engine() const { return engine_; }
  /// Stops when the request is cancelled.
  [[nodiscard]] std::stop_token stop() const { return stop_source().get_token(); }
  [[nodiscard]] bool is_cancelled() const;

  /// The client does not want it any more: no message follows.
  void cancel();
  /// Sends the answer, once; a monostate is none.
  void finish(Answer answer);
  /// Whether it was answered or cancelled.
  [[nodiscard]] bool is_over() const;
  /// Where it is listed until its end, whatever that is; set before anything runs.
  void listed_in(std::weak_ptr<Running> running) { running_ = std::move(running); }

  // What Call offers.
  void progress(double done, std::optional<double> total, std::string_view message);
  void log(LogLevel level, Json data, std::string_view logger);
  [[nodiscard]] bool can(std::string_view capability) const;
  Result<> need(std::string_view capability);
  Result<JsonObject> ask(const Questions& questions);
  bool detach();
  Result<> wait(std::chrono::milliseconds time) const;

  /// An empty object.
  static const Json& nothing();
  /// Owns a listener until the answer is sent.
  void keep(std::shared_ptr<Listener> listener);
  /// Asks what listens for ever to end.
  void wind_up();
  [[nodiscard]] bool is_shared() const { return outlet_->is_shared(); }
  /// A message of the request's own stream.
  void send(std::string message);

  // What the handler is given; written before it runs.
  std::shared_ptr<const ToolEntry> tool;
  const Json* arguments = &nothing();  ///< an object: of the request's own, or `variables`
  Json variables;                      ///< of a resource template
  std::string uri;
  Task task_support = Task::never;
  bool answers_once = false;
  JsonObject answers;  ///< that the client gave in earlier rounds, or brought at once

  /// Why `ask` or `need` failed, if they did: what the client is told instead of the failure.
  [[nodiscard]] Answer excuse() const;
  void excuse(Answer answer);

 private:
  void end();
  [[nodiscard]] std::stop_source stop_source() const;
  [[nodiscard]] std::string written(JsonObject& result) const;

  Engine& engine_;
  const Request request_;
  const std::shared_ptr<Outlet> outlet_;
  std::weak_ptr<Running> running_;

  mutable std::mutex mutex_;
  mutable std::stop_source stop_{std::nostopstate};  // made when somebody asks for it
  bool is_over_ = false;
  bool is_cancelled_ = false;
  std::optional<double> last_progress_;
  Answer excuse_;
  std::shared_ptr<TaskRecord> task_;
  std::shared_ptr<Listener> kept_;
};

}  // namespace crafter::mcp
