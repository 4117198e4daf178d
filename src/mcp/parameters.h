// Reading the parameters of a request, and pages of lists.

#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mcp/engine.h"

namespace crafter::mcp {

/// A string member of the parameters; nullptr when there is none.
const boost::json::string* text_parameter(const Request& request, std::string_view name);

RpcError invalid_params(std::string message, Json data = nullptr);

/// The part of `items` that the request's cursor points at, as {member: [...], nextCursor}; an
/// error when the cursor is none of ours.
Outcome page_of(const Engine& engine, const Request& request, std::string_view member,
                const std::vector<JsonObject>& items);

/// A handler's failure as the protocol tells it, in words for whoever can act on them.
std::string words_of(const Failure& failure);
/// What becomes of a failure that is not a tool's own: the excuse of the conversation if it has
/// one, an error of the protocol otherwise.
Answer answer_to(const Failure& failure, const Conversation& conversation);

}  // namespace crafter::mcp
