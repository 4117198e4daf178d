// What a request that waits for answers must remember, kept by the client under seal.

#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <variant>

#include "mcp/request.h"
#include "os/clock.h"

namespace crafter::mcp {

/// requestState (basic/patterns/mrtr): encrypted and authenticated, bound to who asks and to what
/// is asked, good for a while; where it matters, good once. Thread-safe.
class RequestStates {
 public:
  /// `key` has 32 bytes; empty: a random one.
  RequestStates(std::string key, std::chrono::milliseconds life, const Clock& clock)
      : key_(std::move(key)), life_(life), clock_(clock) {}

  /// The answers so far, and that `asked` come next.
  std::string write(const Request& request, const JsonObject& answers, const Questions& asked);

  /// The answers so far and those to the questions that were asked: inputResponses of `request`
  /// for other keys are ignored. Without a requestState, all inputResponses; none if `once`. An
  /// error when the state is not ours, not of this caller and request, too old or, if `once`, used
  /// before.
  std::variant<JsonObject, RpcError> read(const Request& request, bool once);

 private:
  const std::string& key();
  bool spend(const std::string& nonce, std::int64_t expiry);

  std::mutex mutex_;
  std::string key_;
  const std::chrono::milliseconds life_;
  const Clock& clock_;
  std::map<std::string, std::int64_t> spent_;  // nonces until their expiry
};

}  // namespace crafter::mcp
