// Work that goes on after its request was answered (extension io.modelcontextprotocol/tasks).

#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

#include "mcp/request.h"

namespace crafter::mcp {

inline constexpr std::string_view kTasksExtension = "io.modelcontextprotocol/tasks";

/// One task. Thread-safe.
class TaskRecord {
 public:
  /// `changed` is told of every new state, outside of any lock.
  TaskRecord(std::string id, std::string principal, std::int64_t ttl_ms,
             std::function<void(JsonObject)> changed);

  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] const std::string& principal() const { return principal_; }
  [[nodiscard]] bool is_over(std::int64_t now_ms) const;  ///< its time to live has passed
  /// A DetailedTask: with result, error or inputRequests.
  [[nodiscard]] JsonObject describe() const;
  /// A Task, as the call that made it is answered.
  [[nodiscard]] JsonObject summary() const;

  /// Waits until tasks/update has brought all answers.
  Result<JsonObject> ask(const Questions& questions, const std::stop_token& stop);
  void update(const JsonObject& responses);
  void settle(const Answer& answer);
  /// No effect on a task that has ended.
  void cancel();
  /// What cancel() stops.
  void runs(std::stop_source stop);
  void say(std::string_view status_message);

 private:
  enum class Status { working, input_required, completed, failed, cancelled };

  [[nodiscard]] JsonObject summary_locked() const;
  [[nodiscard]] JsonObject describe_locked() const;
  [[nodiscard]] bool is_terminal() const { return status_ >= Status::completed; }
  void touch(Status status);

  const std::string id_;
  const std::string principal_;
  const std::int64_t created_ms_;
  const std::int64_t ttl_ms_;
  const std::function<void(JsonObject)> changed_;

  mutable std::mutex mutex_;
  std::condition_variable_any answered_;
  Status status_ = Status::working;
  std::int64_t updated_ms_;
  std::string message_;
  JsonObject outcome_;  // result or error, by that name
  std::map<std::string, Question> open_;
  JsonObject answers_;
  std::stop_source stop_;
};

/// All tasks of a server. Thread-safe.
class Tasks {
 public:
  Tasks(std::size_t most, std::int64_t ttl_ms) : most_(most), ttl_ms_(ttl_ms) {}

  /// nullptr when there are too many.
  std::shared_ptr<TaskRecord> create(const std::string& principal,
                                     std::function<void(JsonObject)> changed);
  /// nullptr when there is none that `principal` may see.
  [[nodiscard]] std::shared_ptr<TaskRecord> find(std::string_view id,
                                                 std::string_view principal) const;
  void cancel_all();

 private:
  const std::size_t most_;
  const std::int64_t ttl_ms_;
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<TaskRecord>, std::less<>> tasks_;
};

}  // namespace crafter::mcp
