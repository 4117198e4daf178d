// Values of the protocol's own HTTP headers.

#include "mcp/header_value.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdint>

namespace crafter::mcp {
namespace {

constexpr std::string_view kBegin = "=?base64?";
constexpr std::string_view kEnd = "?=";
constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string base64(std::string_view bytes) {
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - at);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i)
      bits = bits << 8 | (i < count ? static_cast<unsigned char>(bytes[at + i]) : 0U);
    for (std::size_t i = 0; i < 4; ++i)
      text += i <= count ? kDigits[bits >> (18 - 6 * i) & 63U] : '=';
  }
  return text;
}

bool is_plain(std::string_view text) {
  const auto is_printable = [](char c) { return c >= ' ' && c <= '~'; };
  return std::ranges::all_of(text, is_printable) && !text.starts_with(' ') &&
         !text.ends_with(' ') && !(text.starts_with(kBegin) && text.ends_with(kEnd));
}

}  // namespace

std::string header_value(std::string_view text) {
  if (is_plain(text)) return std::string(text);
  return fmt::format("{}{}{}", kBegin, base64(text), kEnd);
}

/// Only chains of "properties" lead to a parameter: nothing in items, oneOf, $ref ...
void ParamHeaders::find_params(const Json& schema, const std::string& pointer,
                               std::vector<Param>* params) {
  const Json* properties = find(schema, "properties");
  if (properties == nullptr || !properties->is_object()) return;
  for (const auto& [name, property] : properties->get_object()) {
    const std::string below = append_pointer(pointer, std::string_view(name));
    const std::string_view header = text_of(property, "x-mcp-header");
    if (!header.empty()) params->push_back({fmt::format("Mcp-Param-{}", header), below});
    find_params(property, below, params);
  }
}

void ParamHeaders::learn(const Json& request, const Json& response) {
  if (text_of(request, "method") != "tools/list") return;
  const Json* tools = at_pointer(response, "/result/tools");
  if (tools == nullptr || !tools->is_array()) return;
  for (const Json& tool : tools->get_array()) {
    std::vector<Param> params;
    if (const Json* schema = find(tool, "inputSchema")) find_params(*schema, "", &params);
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
  for (const Param& param : tool->second) {
    const Json* value = at_pointer(*arguments, param.pointer);
    if (value == nullptr || value->is_null()) continue;
    const Json& given = *value;
    headers[param.header] = header_value(
        given.is_string() ? std::string(std::string_view(given.get_string())) : write_json(given));
  }
  return headers;
}

}  // namespace crafter::mcp
