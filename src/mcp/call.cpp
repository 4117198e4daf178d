// What a handler may ask and say: handed on to its conversation.

#include "mcp/call.h"

#include <algorithm>
#include <array>

#include "mcp/conversation.h"

namespace crafter::mcp {
namespace {

constexpr std::array<std::string_view, 8> kLevels{"debug", "info",     "notice", "warning",
                                                  "error", "critical", "alert",  "emergency"};

}  // namespace

std::string_view name_of(LogLevel level) { return kLevels[static_cast<std::size_t>(level)]; }

std::optional<LogLevel> log_level(std::string_view name) {
  const auto* found = std::ranges::find(kLevels, name);
  if (found == kLevels.end()) return std::nullopt;
  return static_cast<LogLevel>(found - kLevels.begin());
}

const JsonObject& Call::arguments() const { return conversation_.arguments->get_object(); }

const JsonObject& Call::meta() const {
  const Json* meta = conversation_.request().params.if_contains("_meta");
  return (meta != nullptr && meta->is_object() ? *meta : Conversation::nothing()).get_object();
}

std::string_view Call::text(std::string_view name) const {
  return text_of(*conversation_.arguments, name);
}

std::string_view Call::uri() const { return conversation_.uri; }
const std::string& Call::principal() const { return conversation_.request().principal; }
const std::string& Call::version() const { return conversation_.request().version; }
std::stop_token Call::stop() const { return conversation_.stop(); }
Result<> Call::wait(std::chrono::milliseconds time) const { return conversation_.wait(time); }

void Call::progress(double done, std::optional<double> total, std::string_view message) {
  conversation_.progress(done, total, message);
}

bool Call::wants_progress() const { return !conversation_.request().progress_token.is_null(); }

void Call::log(LogLevel level, Json data, std::string_view logger) {
  conversation_.log(level, std::move(data), logger);
}

bool Call::can(std::string_view capability) const { return conversation_.can(capability); }
Result<> Call::need(std::string_view capability) { return conversation_.need(capability); }

Result<JsonObject> Call::ask(const Questions& questions) { return conversation_.ask(questions); }

Result<Json> Call::ask(std::string_view key, Question question) {
  TRY(JsonObject answers, ask({{std::string(key), std::move(question)}}));
  return std::move(answers[key]);
}

bool Call::detach() { return conversation_.detach(); }

}  // namespace crafter::mcp
