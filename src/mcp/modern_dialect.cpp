// Revision 2026-07-28: every request brings its envelope, every result says what it is.

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "mcp/conversation.h"
#include "mcp/dialect.h"
#include "mcp/engine.h"
#include "mcp/question.h"

namespace crafter::mcp {
namespace {

constexpr std::string_view kVersionKey = "io.modelcontextprotocol/protocolVersion";
constexpr std::string_view kCapabilitiesKey = "io.modelcontextprotocol/clientCapabilities";
constexpr std::string_view kLogLevelKey = "io.modelcontextprotocol/logLevel";

constexpr std::array<std::string_view, 13> kMethods{
    "server/discover",     "tools/list",     "tools/call",
    "resources/list",      "resources/read", "resources/templates/list",
    "prompts/list",        "prompts/get",    "completion/complete",
    "tasks/get",           "tasks/update",   "tasks/cancel",
    "subscriptions/listen"};

class Modern final : public Dialect {
 public:
  [[nodiscard]] bool knows(std::string_view method) const override {
    return std::ranges::find(kMethods, method) != kMethods.end();
  }
  [[nodiscard]] bool has_tasks() const override { return true; }
  [[nodiscard]] std::string write(const Request& request, const Json& self,
                                  std::string_view self_text, JsonObject result) const override {
    if (!result.contains("resultType")) result["resultType"] = "complete";
    if (Json* meta = result.if_contains("_meta"); meta != nullptr && meta->is_object()) {
      meta->get_object().emplace("io.modelcontextprotocol/serverInfo", self);
      return write_result(request.id, std::move(result));
    }
    std::string text = write_json(Json(std::move(result)));
    text.pop_back();
    text.append(R"(,"_meta":{"io.modelcontextprotocol/serverInfo":)").append(self_text);
    return write_result(request.id, text.append("}}"));
  }
  [[nodiscard]] RpcError translate(RpcError error) const override {
    if (error.code == kResourceNotFound) error.code = kInvalidParams;  // SEP-2164
    return error;
  }
};

/// A request whose questions go out with its result; the client comes back with the answers.
class RoundTrips final : public Dialogue {
 public:
  std::optional<RpcError> resume(Conversation& conversation) override {
    auto read =
        conversation.engine().states().read(conversation.request(), conversation.answers_once);
    if (auto* error = std::get_if<RpcError>(&read)) return std::move(*error);
    answers_ = std::get<JsonObject>(std::move(read));
    return std::nullopt;
  }

  Result<JsonObject> ask(Conversation& conversation, const Questions& questions) override {
    JsonObject found;
    Questions open;
    for (const auto& [key, question] : questions) {
      const Json* answer = answers_.if_contains(key);
      if (answer == nullptr || !flaw_of_answer(question, *answer).empty()) {
        open.emplace_back(key, question);
      } else {
        found[key] = *answer;
      }
    }
    if (open.empty()) return found;
    conversation.excuse(input_required(conversation, open));
    return Failure(Fault::input_needed, "mcp.input_needed", "the client must answer first");
  }

 private:
  JsonObject input_required(Conversation& conversation, const Questions& open) {
    JsonObject requests;
    for (const auto& [key, question] : open) {
      answers_.erase(key);
      requests[key] = input_request(question);
    }
    return {{"resultType", "input_required"},
            {"inputRequests", std::move(requests)},
            {"requestState",
             conversation.engine().states().write(conversation.request(), answers_, open)}};
  }

  JsonObject answers_;
};

const JsonObject* meta_of(const JsonObject& params) {
  const Json* meta = params.if_contains("_meta");
  return meta == nullptr ? nullptr : meta->if_object();
}

}  // namespace

const Dialect& modern_dialect() {
  static const Modern modern;
  return modern;
}

bool is_modern(const JsonObject& params) {
  const JsonObject* meta = meta_of(params);
  return meta != nullptr && meta->contains(kVersionKey);
}

std::optional<RpcError> check_envelope(const JsonObject& params) {
  const JsonObject* meta = meta_of(params);
  const Json* version = meta == nullptr ? nullptr : meta->if_contains(kVersionKey);
  const Json* capabilities = meta == nullptr ? nullptr : meta->if_contains(kCapabilitiesKey);
  const auto refuse = [](std::string_view key, std::string_view what) {
    return RpcError{kInvalidParams, fmt::format("Invalid params: _meta needs {}, {}", key, what)};
  };
  if (version == nullptr || !version->is_string()) return refuse(kVersionKey, "a string");
  if (capabilities == nullptr || !capabilities->is_object())
    return refuse(kCapabilitiesKey, "an object");
  const Json* level = meta->if_contains(kLogLevelKey);
  if (level != nullptr && (!level->is_string() || !log_level(level->get_string())))
    return refuse(kLogLevelKey, "if anything, a level of RFC 5424");
  const Json* token = meta->if_contains("progressToken");
  if (token != nullptr && !token->is_string() && !token->is_int64() && !token->is_uint64())
    return refuse("progressToken", "if anything, a string or an integer");
  return std::nullopt;
}

std::optional<RpcError> check_version(const JsonObject& params) {
  const auto& requested = meta_of(params)->at(kVersionKey).get_string();
  if (requested == kModernVersion) return std::nullopt;
  return RpcError{kUnsupportedVersion, "Unsupported protocol version",
                  JsonObject{{"supported", JsonArray{kModernVersion}}, {"requested", requested}}};
}

Request modern_request(Incoming incoming, std::string principal) {
  Request request{.id = std::move(incoming.id),
                  .method = std::move(incoming.method),
                  .params = std::move(incoming.params),
                  .dialect = &modern_dialect(),
                  .version = std::string(kModernVersion),
                  .principal = std::move(principal),
                  .dialogue = std::make_shared<RoundTrips>()};
  const JsonObject& meta = *meta_of(request.params);
  request.capabilities = meta.at(kCapabilitiesKey).get_object();
  if (const Json* level = meta.if_contains(kLogLevelKey))
    request.log_level = log_level(level->get_string());
  if (const Json* token = meta.if_contains("progressToken")) request.progress_token = *token;
  return request;
}

}  // namespace crafter::mcp
