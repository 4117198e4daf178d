// Reading the parameters of a request, and pages of lists.

#include "mcp/parameters.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "base/base64.h"

namespace crafter::mcp {
namespace {

constexpr std::string_view kCursor = "after:";

std::optional<std::size_t> offset_of(const Json& cursor, std::size_t count) {
  const auto* text = cursor.if_string();
  const auto read = text == nullptr ? std::nullopt : read_base64({text->data(), text->size()});
  if (!read || !read->starts_with(kCursor)) return std::nullopt;
  const std::string_view digits = std::string_view(*read).substr(kCursor.size());
  std::size_t offset = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), offset);
  if (error != std::errc() || end != digits.data() + digits.size() || offset == 0)
    return std::nullopt;
  return std::min(offset, count);
}

int code_of(Fault fault) {
  switch (fault) {
    case Fault::not_found:
      return kResourceNotFound;
    case Fault::usage:
    case Fault::invalid_input:
      return kInvalidParams;
    default:
      return kInternalError;
  }
}

}  // namespace

const boost::json::string* text_parameter(const Request& request, std::string_view name) {
  const Json* value = request.params.if_contains(name);
  return value == nullptr ? nullptr : value->if_string();
}

RpcError invalid_params(std::string message, Json data) {
  return {kInvalidParams, "Invalid params: " + std::move(message), std::move(data)};
}

Outcome page_of(const Engine& engine, const Request& request, std::string_view member,
                const std::vector<JsonObject>& items) {
  std::size_t begin = 0;
  if (const Json* cursor = request.params.if_contains("cursor")) {
    const auto offset = offset_of(*cursor, items.size());
    if (!offset) return invalid_params("the cursor is not one of this server");
    begin = *offset;
  }
  const std::size_t size = std::max<std::size_t>(engine.options().page_size, 1);
  const std::size_t end = std::min(items.size(), begin + size);
  JsonArray page;
  page.reserve(end - begin);
  for (std::size_t i = begin; i < end; ++i) page.push_back(items[i]);
  JsonObject result{{member, std::move(page)}};
  if (end < items.size()) result["nextCursor"] = write_base64(fmt::format("{}{}", kCursor, end));
  return cacheable(engine, std::move(result));
}

std::string words_of(const Failure& failure) {
  std::string words;
  for (const Diagnostic& one : failure.diagnostics()) {
    if (!words.empty()) words += '\n';
    if (!one.pointer.empty()) words += one.pointer + ": ";
    words += one.message;
    if (!one.hint.empty()) words += " (" + one.hint + ")";
  }
  return words;
}

Answer answer_to(const Failure& failure, const Conversation& conversation) {
  Answer excuse = conversation.excuse();
  if (!std::holds_alternative<std::monostate>(excuse)) return excuse;
  return RpcError{code_of(failure.fault()), words_of(failure)};
}

}  // namespace crafter::mcp
