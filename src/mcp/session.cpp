// What a server remembers of a client of the older revisions, from `initialize` on.

#include "mcp/session.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "mcp/dialect.h"
#include "mcp/engine.h"
#include "mcp/message.h"
#include "mcp/parameters.h"
#include "mcp/question.h"

namespace crafter::mcp {
namespace {

constexpr std::size_t kMostSubscriptions = 1000;

/// Capabilities by the revisions that know them.
JsonObject capabilities_for(JsonObject all, std::string_view version) {
  all.erase("extensions");
  if (version < "2025-03-26") all.erase("completions");
  return all;
}

JsonObject self_for(JsonObject self, std::string_view version) {
  if (version < "2025-06-18") self.erase("title");
  if (version < "2025-11-25") {
    self.erase("description");
    self.erase("websiteUrl");
  }
  return self;
}

}  // namespace

std::optional<Answer> Session::serve(const Incoming& incoming) {
  if (incoming.method == "initialize") return initialize(incoming.params);
  if (incoming.method == "ping") return JsonObject();
  if (incoming.method == "logging/setLevel") return set_level(incoming.params);
  if (incoming.method == "resources/subscribe") return subscribe(incoming.params, true);
  if (incoming.method == "resources/unsubscribe") return subscribe(incoming.params, false);
  return std::nullopt;
}

/// An unknown version is no error: the server answers with its newest one that has a handshake.
Answer Session::initialize(const JsonObject& params) {
  const Json* version = params.if_contains("protocolVersion");
  const Json* capabilities = params.if_contains("capabilities");
  if (version == nullptr || !version->is_string())
    return invalid_params("protocolVersion must be a string");
  if (capabilities != nullptr && !capabilities->is_object())
    return invalid_params("capabilities must be an object");
  const std::string_view wanted = version->get_string();
  const std::string_view chosen = is_legacy_version(wanted) ? wanted : kLegacyVersions[0];
  JsonObject result{{"protocolVersion", chosen},
                    {"capabilities", capabilities_for(engine_.capabilities(), chosen)},
                    {"serverInfo", self_for(engine_.self().get_object(), chosen)}};
  if (!engine_.options().instructions.empty())
    result["instructions"] = engine_.options().instructions;
  const std::lock_guard lock(mutex_);
  is_open_ = true;
  version_ = chosen;
  capabilities_ = capabilities == nullptr ? JsonObject() : capabilities->get_object();
  level_ = LogLevel::info;
  subscriptions_.clear();
  return result;
}

Answer Session::set_level(const JsonObject& params) {
  const Json* name = params.if_contains("level");
  const auto level =
      name != nullptr && name->is_string() ? log_level(name->get_string()) : std::nullopt;
  if (!level) return invalid_params("level must be one of RFC 5424");
  const std::lock_guard lock(mutex_);
  level_ = *level;
  return JsonObject();
}

Answer Session::subscribe(const JsonObject& params, bool is_wanted) {
  const Json* uri = params.if_contains("uri");
  if (uri == nullptr || !uri->is_string()) return invalid_params("uri must be a string");
  const std::lock_guard lock(mutex_);
  if (!is_wanted) {
    subscriptions_.erase(std::string(uri->get_string()));
    return JsonObject();
  }
  if (subscriptions_.size() >= kMostSubscriptions)
    return invalid_params("there are too many subscriptions");
  subscriptions_.emplace(std::string_view(uri->get_string()));
  return JsonObject();
}

Request Session::request(Incoming incoming) {
  Request request{.id = std::move(incoming.id),
                  .method = std::move(incoming.method),
                  .params = std::move(incoming.params),
                  .dialect = &legacy_dialect(),
                  .principal = principal_,
                  .dialogue = shared_from_this()};
  if (const Json* meta = request.params.if_contains("_meta")) {
    const Json* token = find(*meta, "progressToken");
    if (is_id(token)) request.progress_token = *token;
  }
  const std::lock_guard lock(mutex_);
  request.version = version_;
  request.capabilities = capabilities_;
  request.log_level = level_;
  return request;
}

bool Session::is_open() const {
  const std::lock_guard lock(mutex_);
  return is_open_;
}

std::string Session::version() const {
  const std::lock_guard lock(mutex_);
  return version_;
}

void Session::stream(std::shared_ptr<Outlet> outlet) {
  std::shared_ptr<Outlet> old;
  {
    const std::lock_guard lock(mutex_);
    old = std::exchange(stream_, std::move(outlet));
  }
  if (old != nullptr) old->finish({}, 0);
}

void Session::close() {
  {
    const std::lock_guard lock(mutex_);
    is_open_ = false;
  }
  running_->cancel_all();
  stream(nullptr);
}

void Session::hear(const Change& change) {
  JsonObject params;
  if (change.kind == Change::Kind::task) return;
  std::shared_ptr<Outlet> outlet;
  {
    const std::lock_guard lock(mutex_);
    if (!is_open_ ||
        (change.kind == Change::Kind::resource && !subscriptions_.contains(change.subject)))
      return;
    outlet = stream_;
  }
  if (change.kind == Change::Kind::resource) params["uri"] = change.subject;
  if (outlet != nullptr)
    outlet->send(write_json(notification_message(method_of(change.kind), std::move(params))));
}

void Session::respond(const Incoming& response) {
  if (!response.id.is_string()) return;
  {
    const std::lock_guard lock(mutex_);
    const auto found = questions_.find(std::string_view(response.id.get_string()));
    if (found == questions_.end()) return;
    const Json* result = response.params.if_contains("result");
    if (result != nullptr && result->is_object()) {
      found->second = result->get_object();
    } else {
      const Json* error = response.params.if_contains("error");
      const std::string_view words = error == nullptr ? "" : text_of(*error, "message");
      found->second = RpcError{kInternalError, std::string(words)};
    }
  }
  answered_.notify_all();
}

std::vector<std::string> Session::send_questions(Conversation& conversation,
                                                 const Questions& questions) {
  std::vector<std::string> ids;
  for (const auto& [key, question] : questions) {
    {
      const std::lock_guard lock(mutex_);
      ids.push_back(fmt::format("ask-{}", ++last_question_));
      questions_.emplace(ids.back(), std::nullopt);
    }
    conversation.send(
        write_json(request_message(Json(ids.back()), question.method, question.params)));
  }
  return ids;
}

Result<JsonObject> Session::ask(Conversation& conversation, const Questions& questions) {
  const std::vector<std::string> ids = send_questions(conversation, questions);
  const std::stop_token stop = conversation.stop();
  std::unique_lock lock(mutex_);
  const auto is_answered = [&](const std::string& id) { return questions_[id].has_value(); };
  const bool is_in_time = answered_.wait_for(lock, stop, engine_.options().answer_life,
                                             [&] { return std::ranges::all_of(ids, is_answered); });
  std::vector<std::optional<Answer>> answers;
  for (const std::string& id : ids) answers.push_back(std::move(questions_.extract(id).mapped()));
  lock.unlock();
  if (!is_in_time)
    return Failure(stop.stop_requested() ? Fault::cancelled : Fault::unavailable, "mcp.unanswered",
                   "the client did not answer in time");
  JsonObject found;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto& [key, question] = questions[i];
    if (const auto* error = std::get_if<RpcError>(&*answers[i]))
      return Failure(Fault::unavailable, "mcp.refused",
                     fmt::format("the client refused {}: {}", question.method, error->message));
    const JsonObject& answer = std::get<JsonObject>(*answers[i]);
    const std::string flaw = flaw_of_answer(question, answer);
    if (!flaw.empty())
      return Failure(Fault::unavailable, "mcp.answer",
                     fmt::format("the client's answer to {}: {}", question.method, flaw));
    found[key] = answer;
  }
  return found;
}

}  // namespace crafter::mcp
