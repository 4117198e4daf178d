// One request being answered: what its handler may say meanwhile, and its one end.

#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "mcp/hub.h"
#include "mcp/request.h"
#include "mcp/server.h"

namespace crafter::mcp {

class Engine;
class TaskRecord;

/// Shared by the transport, which may cancel it, and the worker that runs it. Thread-safe.
class Conversation : public std::enable_shared_from_this<Conversation> {
 public:
  Conversation(Engine& engine, Request request, std::shared_ptr<Outlet> outlet)
      : engine_(engine), request_(std::move(request)), outlet_(std::move(outlet)) {}

  [[nodiscard]] const Request& request() const { return request_; }
  [[nodiscard]] Engine& engine() const { return engine_; }
  [[nodiscard]] std::stop_token stop() const { return stop_.get_token(); }

  /// The client does not want it any more: no message follows.
  void cancel();
  /// Sends the answer, once; a monostate is none.
  void finish(Answer answer);
  /// Whether it was answered or cancelled.
  [[nodiscard]] bool is_over() const;
  /// Called at the end, whatever it is; set before anything runs.
  void on_end(std::function<void()> callback) { on_end_ = std::move(callback); }

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
  const Json* arguments = &nothing();  ///< an object: of the request's own, or `variables`
  Json variables;                      ///< of a resource template
  std::string uri;
  Task task_support = Task::never;
  bool answers_once = false;

  /// Why `ask` or `need` failed, if they did: what the client is told instead of the failure.
  [[nodiscard]] Answer excuse() const;
  void excuse(Answer answer);

 private:
  void end();
  [[nodiscard]] std::string written(JsonObject result) const;

  Engine& engine_;
  const Request request_;
  const std::shared_ptr<Outlet> outlet_;
  std::stop_source stop_;
  std::function<void()> on_end_;

  mutable std::mutex mutex_;
  bool is_over_ = false;
  std::optional<double> last_progress_;
  Answer excuse_;
  std::shared_ptr<TaskRecord> task_;
  std::shared_ptr<Listener> kept_;
};

}  // namespace crafter::mcp
