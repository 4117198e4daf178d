// Headers of 2026-07-28 that must say the same as the body.

#include "mcp/http_fields.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "mcp/named.h"

namespace crafter::mcp {
namespace {

constexpr std::string_view kVersionKey = "io.modelcontextprotocol/protocolVersion";

RpcError mismatch(std::string_view header, std::string_view why) {
  return {kHeaderMismatch, fmt::format("Header mismatch: {} {}", header, why)};
}

/// Compares a header with a text of the body; nullptr: the body has none, so the header may not be.
std::optional<RpcError> check_text(const HttpHead& head, std::string_view header,
                                   const boost::json::string* body, bool is_encoded) {
  const auto [count, raw] = head.find(header);
  if (body == nullptr)
    return count == 0 ? std::nullopt : std::optional(mismatch(header, "has nothing in the body"));
  if (count != 1) return mismatch(header, count == 0 ? "is missing" : "stands twice");
  const auto value = is_encoded ? read_header_value(raw) : std::optional(std::string(raw));
  if (!value) return mismatch(header, "is no Base64");
  if (*value != std::string_view(*body)) return mismatch(header, "differs from the body");
  return std::nullopt;
}

/// Integers are compared as numbers, so that 7 and 7.0 are the same.
bool equals(const std::string& header, const Json& value) {
  if (value.is_string()) return header == std::string_view(value.get_string());
  if (value.is_bool()) return header == (value.get_bool() ? "true" : "false");
  if (!value.is_number()) return false;
  const auto number = parse_json(header, "header");
  return number && number->is_number() && equal_json(*number, value);
}

const boost::json::string* text_at(const Json* object, std::string_view name) {
  const Json* value = object == nullptr ? nullptr : find(*object, name);
  return value == nullptr ? nullptr : value->if_string();
}

}  // namespace

std::optional<RpcError> check_fields(const HttpHead& head, const Incoming& incoming) {
  const auto* version = text_at(incoming.params.if_contains("_meta"), kVersionKey);
  if (auto error = check_text(head, "MCP-Protocol-Version", version, false)) return error;
  const boost::json::string method(incoming.method);
  if (auto error = check_text(head, "Mcp-Method", &method, false)) return error;
  const std::string_view member = named_member(incoming.method);
  if (member.empty()) return std::nullopt;
  const Json* named = incoming.params.if_contains(member);
  return check_text(head, "Mcp-Name", named == nullptr ? nullptr : named->if_string(), true);
}

std::optional<RpcError> check_param_fields(const HttpHead& head, const JsonObject& params,
                                           const std::vector<ParamHeader>& expected) {
  const Json* arguments = params.if_contains("arguments");
  for (const ParamHeader& param : expected) {
    const Json* value = arguments == nullptr ? nullptr : at_pointer(*arguments, param.pointer);
    const bool is_there = value != nullptr && !value->is_null();
    const std::size_t count = head.count(param.header);
    if (count > 1) return mismatch(param.header, "stands twice");
    if (is_there != (count == 1))
      return mismatch(param.header, is_there ? "is missing" : "has nothing in the body");
    if (!is_there) continue;
    const auto header = read_header_value(*head.field(param.header));
    if (!header) return mismatch(param.header, "is no Base64");
    if (!equals(*header, *value)) return mismatch(param.header, "differs from the body");
  }
  return std::nullopt;
}

}  // namespace crafter::mcp
