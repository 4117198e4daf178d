// Results of 2026-07-28 as older revisions know them.

#include "mcp/sieve.h"

#include <fmt/core.h>

#include <array>

#include "mcp/content.h"

namespace crafter::mcp {
namespace {

/// Revisions are dates, so text compares as time does.
struct Rule {
  std::string_view since;
  std::string_view name;
};
/// Members of what is listed: tools, resources, templates, prompts.
constexpr std::array kMembers{Rule{"2025-03-26", "annotations"}, Rule{"2025-06-18", "title"},
                              Rule{"2025-06-18", "outputSchema"}, Rule{"2025-06-18", "_meta"},
                              Rule{"2025-11-25", "icons"}};
constexpr std::array kContents{Rule{"2025-03-26", "audio"}, Rule{"2025-06-18", "resource_link"}};
/// Members of whole results.
constexpr std::array kNew{"resultType", "ttlMs", "cacheScope"};
constexpr std::array kLists{"tools", "resources", "resourceTemplates", "prompts"};
constexpr std::string_view kStructured = "2025-06-18";

void sieve_item(std::string_view version, JsonObject& item) {
  for (const Rule& rule : kMembers) {
    if (version < rule.since) item.erase(rule.name);
  }
  // Any schema since 2026-07-28, that of an object before.
  const Json* output = item.if_contains("outputSchema");
  if (output != nullptr && text_of(*output, "type") != "object") item.erase("outputSchema");
}

void sieve_content(std::string_view version, Json& block) {
  const std::string_view type = text_of(block, "type");
  for (const Rule& rule : kContents) {
    if (type != rule.name || version >= rule.since) continue;
    const std::string_view uri = text_of(block, "uri");
    block = text_block(uri.empty() ? fmt::format("[{}]", type) : std::string(uri));
    return;
  }
}

void sieve_call(std::string_view version, JsonObject& result) {
  const Json* structured = result.if_contains("structuredContent");
  if (structured != nullptr && (version < kStructured || !structured->is_object()))
    result.erase("structuredContent");
  if (Json* content = result.if_contains("content"); content != nullptr && content->is_array())
    for (Json& block : content->get_array()) sieve_content(version, block);
}

void sieve_messages(std::string_view version, JsonObject& result) {
  Json* messages = result.if_contains("messages");
  if (messages == nullptr || !messages->is_array()) return;
  for (Json& message : messages->get_array())
    sieve_content(version, message.get_object()["content"]);
}

}  // namespace

void sieve(std::string_view version, std::string_view method, JsonObject& result) {
  for (const char* member : kNew) result.erase(member);
  for (const char* list : kLists) {
    Json* items = result.if_contains(list);
    if (items == nullptr || !items->is_array()) continue;
    for (Json& item : items->get_array()) sieve_item(version, item.get_object());
  }
  if (method == "tools/call") sieve_call(version, result);
  if (method == "prompts/get") sieve_messages(version, result);
}

}  // namespace crafter::mcp
