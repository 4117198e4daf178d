// What a server remembers of a client of the older revisions, from `initialize` on.

#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "mcp/hub.h"
#include "mcp/request.h"
#include "mcp/running.h"

namespace crafter::mcp {

class Engine;

/// Thread-safe. Knows nothing of how its messages travel.
class Session final : public Listener,
                      public Dialogue,
                      public std::enable_shared_from_this<Session> {
 public:
  Session(Engine& engine, std::string principal)
      : engine_(engine), principal_(std::move(principal)) {}

  /// A request of the session's own: initialize, ping, logging/setLevel, resources/subscribe and
  /// unsubscribe. Nothing for those that the engine serves.
  std::optional<Answer> serve(const Incoming& incoming);
  /// A request for the engine, with all that `initialize` told.
  Request request(Incoming incoming);
  /// The client's answer to a question of ours; others are ignored.
  void respond(const Incoming& response);
  /// Whether `initialize` was answered.
  [[nodiscard]] bool is_open() const;
  [[nodiscard]] std::string version() const;
  [[nodiscard]] const std::string& principal() const { return principal_; }

  /// Where messages go that belong to no request; nullptr: nowhere.
  void stream(std::shared_ptr<Outlet> outlet);
  [[nodiscard]] Running& running() { return *running_; }
  /// Ends the session: everything that runs is cancelled, the stream is finished.
  void close();

  void hear(const Change& change) override;
  void end() override {}

  /// Asks the client over the request's own stream and waits for all answers.
  Result<JsonObject> ask(Conversation& conversation, const Questions& questions) override;

 private:
  Answer initialize(const JsonObject& params);
  Answer subscribe(const JsonObject& params, bool is_wanted);
  Answer set_level(const JsonObject& params);
  std::vector<std::string> send_questions(Conversation& conversation, const Questions& questions);

  Engine& engine_;
  const std::string principal_;
  const std::shared_ptr<Running> running_ = std::make_shared<Running>();

  mutable std::mutex mutex_;
  std::condition_variable_any answered_;
  bool is_open_ = false;
  std::string version_;
  JsonObject capabilities_;
  LogLevel level_ = LogLevel::info;
  std::set<std::string, std::less<>> subscriptions_;
  std::shared_ptr<Outlet> stream_;
  std::uint64_t last_question_ = 0;
  std::map<std::string, std::optional<Answer>, std::less<>> questions_;  // by id
};

}  // namespace crafter::mcp
