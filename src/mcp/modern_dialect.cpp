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

struct MetaName {
  std::string_view name;
  const Json* Envelope::* place;
};
constexpr std::array kMetaNames{MetaName{kVersionKey, &Envelope::version},
                                MetaName{kCapabilitiesKey, &Envelope::capabilities},
                                MetaName{kLogLevelKey, &Envelope::log_level},
                                MetaName{"progressToken", &Envelope::progress_token}};

class Modern final : public Dialect {
 public:
  [[nodiscard]] bool knows(std::string_view method) const override {
    return std::ranges::find(kMethods, method) != kMethods.end();
  }
  [[nodiscard]] bool has_tasks() const override { return true; }
  [[nodiscard]] const JsonObject& capabilities(const Request& request) const override {
    return envelope_of(request.params).capabilities->get_object();
  }
  [[nodiscard]] std::string write(const Request& request, const Json& self,
                                  std::string_view self_text, JsonObject& result) const override {
    Json* meta = result.if_contains("_meta");
    if (meta != nullptr && meta->is_object()) {
      meta->get_object().emplace("io.modelcontextprotocol/serverInfo", self);
      result.emplace("resultType", "complete");
      return write_result(request.id, result);
    }
    std::string text = begin_result(request.id);
    append_json(text, result);
    text.pop_back();  // the object goes on
    if (!result.empty()) text += ',';
    if (!result.contains("resultType")) text += R"("resultType":"complete",)";
    return text.append(R"("_meta":{"io.modelcontextprotocol/serverInfo":)")
        .append(self_text)
        .append("}}}");
  }
  [[nodiscard]] RpcError translate(RpcError error) const override {
    if (error.code == kResourceNotFound) error.code = kInvalidParams;  // SEP-2164
    return error;
  }
};

/// A request whose questions go out with its result; the client comes back with the answers, which
/// the Conversation keeps.
class RoundTrips final : public Dialogue {
 public:
  std::optional<RpcError> resume(Conversation& conversation) override {
    auto read =
        conversation.engine().states().read(conversation.request(), conversation.answers_once);
    if (auto* error = std::get_if<RpcError>(&read)) return std::move(*error);
    conversation.answers = std::get<JsonObject>(std::move(read));
    return std::nullopt;
  }

  Result<JsonObject> ask(Conversation& conversation, const Questions& questions) override {
    JsonObject found;
    Questions open;
    for (const auto& [key, question] : questions) {
      const Json* answer = conversation.answers.if_contains(key);
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
  static JsonObject input_required(Conversation& conversation, const Questions& open) {
    JsonObject requests;
    for (const auto& [key, question] : open) {
      conversation.answers.erase(key);
      requests[key] = input_request(question);
    }
    return {{"resultType", "input_required"},
            {"inputRequests", std::move(requests)},
            {"requestState", conversation.engine().states().write(conversation.request(),
                                                                  conversation.answers, open)}};
  }
};

/// One for all requests, owned by nobody.
std::shared_ptr<Dialogue> round_trips() {
  static RoundTrips all;
  return {std::shared_ptr<void>(), &all};
}

}  // namespace

const Dialect& modern_dialect() {
  static const Modern modern;
  return modern;
}

Envelope envelope_of(const JsonObject& params) {
  Envelope envelope;
  const Json* meta = params.if_contains("_meta");
  const JsonObject* members = meta == nullptr ? nullptr : meta->if_object();
  if (members == nullptr) return envelope;
  for (const auto& member : *members) {
    const auto* known =
        std::ranges::find(kMetaNames, std::string_view(member.key()), &MetaName::name);
    if (known != kMetaNames.end()) envelope.*known->place = &member.value();
  }
  return envelope;
}

std::optional<RpcError> check_envelope(const Envelope& envelope) {
  const auto [version, capabilities, level, token] = envelope;
  const auto refuse = [](std::string_view key, std::string_view what) {
    return RpcError{kInvalidParams, fmt::format("Invalid params: _meta needs {}, {}", key, what)};
  };
  if (version == nullptr || !version->is_string()) return refuse(kVersionKey, "a string");
  if (capabilities == nullptr || !capabilities->is_object())
    return refuse(kCapabilitiesKey, "an object");
  if (level != nullptr && (!level->is_string() || !log_level(level->get_string())))
    return refuse(kLogLevelKey, "if anything, a level of RFC 5424");
  if (token != nullptr && !token->is_string() && !token->is_int64() && !token->is_uint64())
    return refuse("progressToken", "if anything, a string or an integer");
  return std::nullopt;
}

std::optional<RpcError> check_version(const Envelope& envelope) {
  const auto& requested = envelope.version->get_string();
  if (requested == kModernVersion) return std::nullopt;
  return RpcError{kUnsupportedVersion, "Unsupported protocol version",
                  JsonObject{{"supported", JsonArray{kModernVersion}}, {"requested", requested}}};
}

Request modern_request(Incoming incoming, const Envelope& envelope, std::string principal) {
  Request request{.id = std::move(incoming.id),
                  .method = std::move(incoming.method),
                  .params = std::move(incoming.params),
                  .dialect = &modern_dialect(),
                  .version = std::string(kModernVersion),
                  .principal = std::move(principal),
                  .dialogue = round_trips()};
  if (envelope.log_level != nullptr)
    request.log_level = log_level(envelope.log_level->get_string());
  if (envelope.progress_token != nullptr) request.progress_token = *envelope.progress_token;
  return request;
}

}  // namespace crafter::mcp
