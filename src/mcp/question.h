// Questions to the client and its answers, as the protocol spells them.

#pragma once

#include <string>
#include <string_view>

#include "mcp/call.h"

namespace crafter::mcp {

/// {"method", "params"}: a value of inputRequests.
Json input_request(const Question& question);
/// The capability that a client must have declared: "elicitation", "sampling", "roots".
std::string_view capability_of(const Question& question);
/// What is wrong with an answer, or "": its shape, and accepted form contents that do not fit the
/// schema that was asked for.
std::string flaw_of_answer(const Question& question, const Json& answer);
/// Whether `capabilities` has the member at "a/b".
bool has_capability(const JsonObject& capabilities, std::string_view path);
/// {"a": {"b": {}}} for "a/b", as requiredCapabilities wants it. Names of extensions have slashes
/// of their own: "extensions/io.modelcontextprotocol/tasks".
JsonObject capability_object(std::string_view path);

}  // namespace crafter::mcp
