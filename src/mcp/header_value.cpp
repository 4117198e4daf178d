// Values of the protocol's own HTTP headers.

#include "mcp/header_value.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/base64.h"
#include "base/text.h"

namespace crafter::mcp {
namespace {

constexpr std::string_view kBegin = "=?base64?";
constexpr std::string_view kEnd = "?=";
constexpr std::string_view kParamPrefix = "Mcp-Param-";
bool is_plain(std::string_view text) {
  const auto is_printable = [](char c) { return c >= ' ' && c <= '~'; };
  return std::ranges::all_of(text, is_printable) && !text.starts_with(' ') &&
         !text.ends_with(' ') && !(text.starts_with(kBegin) && text.ends_with(kEnd));
}

}  // namespace

std::string header_value(std::string_view text) {
  if (is_plain(text)) return std::string(text);
  return fmt::format("{}{}{}", kBegin, write_base64(text), kEnd);
}

std::optional<std::string> read_header_value(std::string_view value) {
  if (!value.starts_with(kBegin) || !value.ends_with(kEnd) ||
      value.size() < kBegin.size() + kEnd.size())
    return std::string(value);
  value.remove_prefix(kBegin.size());
  value.remove_suffix(kEnd.size());
  auto bytes = read_base64(value);
  if (!bytes || find_invalid_utf8(*bytes)) return std::nullopt;
  return bytes;
}

namespace {

/// Only chains of "properties" lead to a parameter: nothing in items, oneOf, $ref ...
void find_params(const Json& schema, const std::string& pointer, std::vector<ParamHeader>* params) {
  const Json* properties = find(schema, "properties");
  if (properties == nullptr || !properties->is_object()) return;
  for (const auto& [name, property] : properties->get_object()) {
    const std::string below = append_pointer(pointer, std::string_view(name));
    if (find(property, "x-mcp-header") != nullptr)
      params->push_back({fmt::format("{}{}", kParamPrefix, text_of(property, "x-mcp-header")),
                         below, std::string(text_of(property, "type"))});
    find_params(property, below, params);
  }
}

}  // namespace

std::vector<ParamHeader> param_headers(const Json& schema) {
  std::vector<ParamHeader> params;
  find_params(schema, "", &params);
  return params;
}

void ParamHeaders::learn(const Json& request, const Json& response) {
  if (text_of(request, "method") != "tools/list") return;
  const Json* tools = at_pointer(response, "/result/tools");
  if (tools == nullptr || !tools->is_array()) return;
  for (const Json& tool : tools->get_array()) {
    const Json* schema = find(tool, "inputSchema");
    auto params = schema == nullptr ? std::vector<ParamHeader>() : param_headers(*schema);
    tools_.insert_or_assign(std::string(text_of(tool, "name")), std::move(params));
  }
}

Headers ParamHeaders::of(const Json& request) const {
  Headers headers;
  const Json* name = at_pointer(request, "/params/name");
  const Json* arguments = at_pointer(request, "/params/arguments");
  if (text_of(request, "method") != "tools/call" || name == nullptr || !name->is_string() ||
      arguments == nullptr)
    return headers;
  const auto tool = tools_.find(std::string_view(name->get_string()));
  if (tool == tools_.end()) return headers;
  for (const ParamHeader& param : tool->second) {
    const Json* value = at_pointer(*arguments, param.pointer);
    if (value == nullptr || value->is_null() || param.header == kParamPrefix) continue;
    const Json& given = *value;
    headers[param.header] = header_value(
        given.is_string() ? std::string(std::string_view(given.get_string())) : write_json(given));
  }
  return headers;
}

}  // namespace crafter::mcp
