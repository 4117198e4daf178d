// One request being answered: what its handler may say meanwhile, and its one end.

#include "mcp/conversation.h"

#include <fmt/core.h>

#include <utility>

#include "mcp/dialect.h"
#include "mcp/engine.h"
#include "mcp/message.h"
#include "mcp/question.h"
#include "mcp/running.h"
#include "mcp/task.h"

namespace crafter::mcp {
namespace {

/// Questions are answered through the task from now on.
class TaskDialogue final : public Dialogue {
 public:
  explicit TaskDialogue(std::shared_ptr<TaskRecord> task) : task_(std::move(task)) {}
  Result<JsonObject> ask(Conversation& conversation, const Questions& questions) override {
    return task_->ask(questions, conversation.stop());
  }

 private:
  std::shared_ptr<TaskRecord> task_;
};

}  // namespace

const Json& Conversation::nothing() {
  static const Json empty = JsonObject();
  return empty;
}

void Conversation::send(std::string message) {
  const std::lock_guard lock(mutex_);
  if (!is_over_) outlet_->send(std::move(message));
}

void Conversation::progress(double done, std::optional<double> total, std::string_view message) {
  {
    const std::lock_guard lock(mutex_);
    if (task_ != nullptr) return task_->say(message);
  }
  if (request_.progress_token.is_null()) return;
  JsonObject params{{"progressToken", request_.progress_token}, {"progress", done}};
  if (total) params["total"] = *total;
  if (!message.empty()) params["message"] = message;
  const std::lock_guard lock(mutex_);
  if (is_over_ || (last_progress_ && done <= *last_progress_)) return;
  last_progress_ = done;
  outlet_->send(write_json(notification_message("notifications/progress", std::move(params))));
}

void Conversation::log(LogLevel level, Json data, std::string_view logger) {
  if (!request_.log_level || level < *request_.log_level) return;
  JsonObject params{{"level", name_of(level)}};
  if (!logger.empty()) params["logger"] = logger;
  params["data"] = std::move(data);
  send(write_json(notification_message("notifications/message", std::move(params))));
}

bool Conversation::can(std::string_view capability) const {
  return has_capability(request_.dialect->capabilities(request_), capability);
}

Result<> Conversation::need(std::string_view capability) {
  if (can(capability)) return {};
  excuse(RpcError{kMissingCapability,
                  fmt::format("Missing required client capability: {}", capability),
                  JsonObject{{"requiredCapabilities", capability_object(capability)}}});
  return Failure(Fault::unavailable, "mcp.capability",
                 fmt::format("the client has not declared the capability {}", capability));
}

Result<JsonObject> Conversation::ask(const Questions& questions) {
  for (const auto& [key, question] : questions) TRY(need(capability_of(question)));
  std::shared_ptr<Dialogue> dialogue = request_.dialogue;
  {
    const std::lock_guard lock(mutex_);
    if (task_ != nullptr) dialogue = std::make_shared<TaskDialogue>(task_);
  }
  return dialogue->ask(*this, questions);
}

bool Conversation::detach() {
  constexpr std::string_view kCapability = "extensions/io.modelcontextprotocol/tasks";
  if (task_support == Task::never || !request_.dialect->has_tasks() || !can(kCapability))
    return false;
  {
    const std::lock_guard lock(mutex_);
    if (task_ != nullptr) return true;
  }
  const auto task = engine_.create_task(request_.principal);
  if (task == nullptr) return false;
  task->runs(stop_source());
  JsonObject result = task->summary();
  result["resultType"] = "task";
  {
    const std::lock_guard lock(mutex_);
    if (!is_over_) {
      task_ = task;
      is_over_ = true;
      outlet_->finish(written(result), 0);
    }
  }
  if (is_cancelled()) task->cancel();  // the client was quicker, and has gone
  end();
  return true;
}

Result<> Conversation::wait(std::chrono::milliseconds time) const {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  const std::stop_token stopped = stop();
  never.wait_for(lock, stopped, time, [] { return false; });
  if (!stopped.stop_requested()) return {};
  return Failure(Fault::cancelled, "mcp.cancelled", "the request was cancelled");
}

Answer Conversation::excuse() const {
  const std::lock_guard lock(mutex_);
  return excuse_;
}

void Conversation::excuse(Answer answer) {
  const std::lock_guard lock(mutex_);
  excuse_ = std::move(answer);
}

void Conversation::finish(Answer answer) {
  if (std::holds_alternative<std::monostate>(answer)) return;
  std::shared_ptr<TaskRecord> task;
  {
    const std::lock_guard lock(mutex_);
    task = task_;
    if (task == nullptr && std::exchange(is_over_, true)) return;
  }
  if (task != nullptr) return task->settle(std::move(answer));
  if (auto* result = std::get_if<JsonObject>(&answer)) {
    outlet_->finish(written(*result), 0);
  } else {
    const RpcError error = request_.dialect->translate(std::get<RpcError>(std::move(answer)));
    outlet_->finish(write_error(request_.id, error), error.code);
  }
  end();
}

std::string Conversation::written(JsonObject& result) const {
  return request_.dialect->write(request_, engine_.self(), engine_.self_text(), result);
}

std::stop_source Conversation::stop_source() const {
  const std::lock_guard lock(mutex_);
  if (!stop_.stop_possible()) {
    stop_ = std::stop_source();
    if (is_cancelled_) stop_.request_stop();
  }
  return stop_;
}

bool Conversation::is_cancelled() const {
  const std::lock_guard lock(mutex_);
  return is_cancelled_;
}

void Conversation::cancel() {
  std::stop_source stop(std::nostopstate);
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(is_over_, true)) return;
    is_cancelled_ = true;
    stop = stop_;
  }
  stop.request_stop();
  end();
}

bool Conversation::is_over() const {
  const std::lock_guard lock(mutex_);
  return is_over_;
}

void Conversation::keep(std::shared_ptr<Listener> listener) {
  const std::lock_guard lock(mutex_);
  if (!is_over_) kept_ = std::move(listener);
}

void Conversation::wind_up() {
  std::shared_ptr<Listener> kept;
  {
    const std::lock_guard lock(mutex_);
    kept = kept_;
  }
  if (kept != nullptr) kept->end();
}

void Conversation::end() {
  std::shared_ptr<Listener> kept;
  {
    const std::lock_guard lock(mutex_);
    kept.swap(kept_);
  }
  if (const auto running = running_.lock()) running->remove(*this);
}

}  // namespace crafter::mcp
