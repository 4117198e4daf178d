// What a request that waits for answers must remember, kept by the client under seal.

#include "mcp/request_state.h"

#include <fmt/core.h>

#include "base/base64.h"
#include "base/digest.h"
#include "base/seal.h"
#include "os/random.h"

namespace crafter::mcp {
namespace {

constexpr std::size_t kMostSpent = 100'000;

/// Who asks, and for what: a state is good for nothing else.
std::string context_of(const Request& request) {
  JsonObject what{{"principal", request.principal}, {"method", request.method}};
  for (const char* member : {"name", "uri", "arguments"}) {
    if (const Json* value = request.params.if_contains(member)) what[member] = *value;
  }
  return "mcp request state 1 " + sha256(canonical_json(what));
}

RpcError refused(std::string_view why) {
  return {kInvalidParams, fmt::format("Invalid params: requestState {}", why)};
}

/// Of what was sealed here, so whatever is missing was never there.
JsonObject answers_of(const Json& state, const Request& request) {
  JsonObject answers = find(state, "a")->get_object();
  const Json* responses = request.params.if_contains("inputResponses");
  if (responses == nullptr) return answers;
  for (const Json& key : find(state, "k")->get_array()) {
    const Json* response = find(*responses, key.get_string());
    if (response != nullptr) answers[key.get_string()] = *response;
  }
  return answers;
}

/// A client that knows the questions may bring its answers at once.
JsonObject unasked_answers(const Request& request) {
  const Json* responses = request.params.if_contains("inputResponses");
  return responses == nullptr || !responses->is_object() ? JsonObject() : responses->get_object();
}

}  // namespace

const std::string& RequestStates::key() {
  const std::lock_guard lock(mutex_);
  if (key_.empty()) key_ = random_bytes(kSealKey);
  return key_;
}

/// False when it was spent before, or so many are that nothing can be known.
bool RequestStates::spend(const std::string& nonce, std::int64_t expiry) {
  const std::lock_guard lock(mutex_);
  if (spent_.size() >= kMostSpent) {
    std::erase_if(spent_,
                  [now = clock_.wall_milliseconds()](const auto& one) { return one.second < now; });
  }
  return spent_.size() < kMostSpent && spent_.emplace(nonce, expiry).second;
}

std::string RequestStates::write(const Request& request, const JsonObject& answers,
                                 const Questions& asked) {
  JsonArray keys;
  for (const auto& [name, question] : asked) keys.emplace_back(name);
  const JsonObject state{
      {"a", answers}, {"k", std::move(keys)}, {"e", clock_.wall_milliseconds() + life_.count()}};
  return write_base64(
      seal(key(), random_bytes(kSealNonce), write_json(state), context_of(request)));
}

std::variant<JsonObject, RpcError> RequestStates::read(const Request& request, bool once) {
  const Json* given = request.params.if_contains("requestState");
  if (given == nullptr) return once ? JsonObject() : unasked_answers(request);
  const auto* text = given->if_string();
  const auto sealed = text == nullptr ? std::nullopt : read_base64({text->data(), text->size()});
  if (!sealed) return refused("is not one of this server");
  const auto opened = unseal(key(), *sealed, context_of(request));
  if (!opened) return refused("is not one of this server for this request");
  const Json state = *parse_json(*opened, "requestState", kTrusted);
  const std::int64_t expiry = find(state, "e")->to_number<std::int64_t>();
  if (expiry < clock_.wall_milliseconds()) return refused("has expired");
  if (once && !spend(sealed->substr(0, kSealNonce), expiry)) return refused("was used before");
  return answers_of(state, request);
}

}  // namespace crafter::mcp
