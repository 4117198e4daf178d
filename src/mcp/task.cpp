// Work that goes on after its request was answered.

#include "mcp/task.h"

#include "base/digest.h"
#include "base/text.h"
#include "mcp/question.h"
#include "os/clock.h"
#include "os/random.h"

namespace crafter::mcp {
namespace {

constexpr std::int64_t kPollMs = 500;
constexpr std::string_view kStatuses[] = {"working", "input_required", "completed", "failed",
                                          "cancelled"};

std::int64_t now_ms() { return system_clock().wall_milliseconds(); }

}  // namespace

TaskRecord::TaskRecord(std::string id, std::string principal, std::int64_t ttl_ms,
                       std::function<void(JsonObject)> changed)
    : id_(std::move(id)),
      principal_(std::move(principal)),
      created_ms_(now_ms()),
      ttl_ms_(ttl_ms),
      changed_(std::move(changed)),
      updated_ms_(created_ms_) {}

bool TaskRecord::is_over(std::int64_t now) const { return now > created_ms_ + ttl_ms_; }

JsonObject TaskRecord::summary_locked() const {
  JsonObject task{{"taskId", id_},
                  {"status", kStatuses[static_cast<std::size_t>(status_)]},
                  {"createdAt", rfc3339(created_ms_)},
                  {"lastUpdatedAt", rfc3339(updated_ms_)},
                  {"ttlMs", ttl_ms_},
                  {"pollIntervalMs", kPollMs}};
  if (!message_.empty()) task["statusMessage"] = message_;
  return task;
}

JsonObject TaskRecord::describe_locked() const {
  JsonObject task = summary_locked();
  for (const auto& [name, value] : outcome_) task[name] = value;
  if (status_ != Status::input_required) return task;
  JsonObject requests;
  for (const auto& [key, question] : open_) requests[key] = input_request(question);
  task["inputRequests"] = std::move(requests);
  return task;
}

JsonObject TaskRecord::describe() const {
  const std::lock_guard lock(mutex_);
  return describe_locked();
}

JsonObject TaskRecord::summary() const {
  const std::lock_guard lock(mutex_);
  return summary_locked();
}

void TaskRecord::touch(Status status) {
  status_ = status;
  updated_ms_ = now_ms();
}

Result<JsonObject> TaskRecord::ask(const Questions& questions, const std::stop_token& stop) {
  JsonObject told;
  {
    const std::lock_guard lock(mutex_);
    if (is_terminal()) return Failure(Fault::cancelled, "mcp.cancelled", "the task has ended");
    for (const auto& [key, question] : questions) open_.insert_or_assign(key, question);
    touch(Status::input_required);
    told = describe_locked();
  }
  changed_(std::move(told));
  std::unique_lock lock(mutex_);
  answered_.wait(lock, stop, [&] { return open_.empty() || is_terminal(); });
  if (stop.stop_requested() || is_terminal())
    return Failure(Fault::cancelled, "mcp.cancelled", "the task was cancelled");
  JsonObject found;
  for (const auto& [key, question] : questions) found[key] = answers_[key];
  return found;
}

/// Keys that nobody asked for and answers that are none are passed over (SEP-2663).
void TaskRecord::update(const JsonObject& responses) {
  JsonObject told;
  {
    const std::lock_guard lock(mutex_);
    if (status_ != Status::input_required) return;
    for (const auto& [key, response] : responses) {
      const auto found = open_.find(std::string(std::string_view(key)));
      if (found == open_.end() || !flaw_of_answer(found->second, response).empty()) continue;
      answers_[key] = response;
      open_.erase(found);
    }
    touch(open_.empty() ? Status::working : Status::input_required);
    told = describe_locked();
  }
  answered_.notify_all();
  changed_(std::move(told));
}

void TaskRecord::settle(const Answer& answer) {
  JsonObject told;
  {
    const std::lock_guard lock(mutex_);
    if (is_terminal()) return;
    const auto* error = std::get_if<RpcError>(&answer);
    if (error != nullptr) outcome_["error"] = error_object(*error);
    if (const auto* result = std::get_if<JsonObject>(&answer)) outcome_["result"] = *result;
    touch(error != nullptr ? Status::failed : Status::completed);
    told = describe_locked();
  }
  changed_(std::move(told));
}

void TaskRecord::cancel() {
  JsonObject told;
  std::stop_source stop;
  {
    const std::lock_guard lock(mutex_);
    if (is_terminal()) return;
    touch(Status::cancelled);
    told = describe_locked();
    stop = stop_;
  }
  stop.request_stop();
  answered_.notify_all();
  changed_(std::move(told));
}

void TaskRecord::runs(std::stop_source stop) {
  const std::lock_guard lock(mutex_);
  stop_ = std::move(stop);
}

void TaskRecord::say(std::string_view status_message) {
  const std::lock_guard lock(mutex_);
  if (!is_terminal()) message_ = status_message;
}

std::shared_ptr<TaskRecord> Tasks::create(const std::string& principal,
                                          std::function<void(JsonObject)> changed) {
  const std::lock_guard lock(mutex_);
  std::erase_if(tasks_, [now = now_ms()](const auto& task) { return task.second->is_over(now); });
  if (tasks_.size() >= most_) return nullptr;
  // A task's id is all that it takes to see it where there is no authentication: 256 random bits.
  std::string id = sha256(random_bytes(32));
  auto task = std::make_shared<TaskRecord>(id, principal, ttl_ms_, std::move(changed));
  tasks_.emplace(std::move(id), task);
  return task;
}

std::shared_ptr<TaskRecord> Tasks::find(std::string_view id, std::string_view principal) const {
  const std::lock_guard lock(mutex_);
  const auto found = tasks_.find(id);
  const bool is_visible = found != tasks_.end() && found->second->principal() == principal &&
                          !found->second->is_over(now_ms());
  return is_visible ? found->second : nullptr;
}

void Tasks::cancel_all() {
  std::map<std::string, std::shared_ptr<TaskRecord>, std::less<>> all;
  {
    const std::lock_guard lock(mutex_);
    all = tasks_;
  }
  for (const auto& [id, task] : all) task->cancel();
}

}  // namespace crafter::mcp
