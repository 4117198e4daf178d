// Makes lists from the blueprint, and finds where the server's differ.

#include "check/listing.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "check/difference.h"

namespace crafter {
namespace {

/// What a form decides about a tool; members beyond are the runtime's business.
constexpr std::array kOfTools{"name",        "title",        "description",
                              "inputSchema", "outputSchema", "annotations"};

/// Clients before 2026-07-28 take objects alone.
bool is_shown(const Json& output_schema, mcp::Era era) {
  return era == mcp::Era::modern || text_of(output_schema, "type") == "object";
}

JsonObject wire_of(const Tool& tool, mcp::Era era) {
  JsonObject wire{{"name", tool.name}};
  if (!tool.title.empty()) wire["title"] = tool.title;
  if (!tool.description.empty()) wire["description"] = tool.description;
  wire["inputSchema"] = tool.input_schema;
  if (tool.output_schema && is_shown(*tool.output_schema, era))
    wire["outputSchema"] = *tool.output_schema;
  if (tool.annotations) wire["annotations"] = *tool.annotations;
  return wire;
}

template <class Names>
JsonObject only(const Json& value, const Names& names) {
  JsonObject chosen;
  for (const auto& name : names)
    if (const Json* member = find(value, name); member != nullptr) chosen[name] = *member;
  return chosen;
}

/// In schemas, the same value with its members in another order is a difference too.
std::string strict_difference(const JsonObject& expected, const JsonObject& found) {
  if (std::string words = difference(expected, found); !words.empty()) return words;
  for (const char* name : {"inputSchema", "outputSchema"}) {
    const Json* schema = expected.if_contains(name);
    if (schema != nullptr && write_json(*schema) != write_json(found.at(name)))
      return fmt::format("at /{}: its members stand in another order: {}", name,
                         quote(write_json(found.at(name))));
  }
  return {};
}

/// Compares `expected` with the beginning of `listed`; of each item the members that are expected,
/// or those of `names` when there are some.
template <class Names>
std::string unlike(std::string_view kind, const std::vector<JsonObject>& expected,
                   const JsonArray& listed, const Names& names) {
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const std::string name(text_of(expected[i], "name"));
    if (i >= listed.size()) return fmt::format("the {} {} is not listed", kind, quote(name));
    if (text_of(listed[i], "name") != name)
      return fmt::format("the {} {} stands where {} should", kind,
                         quote(text_of(listed[i], "name")), quote(name));
    const std::string words = strict_difference(expected[i], only(listed[i], names));
    if (!words.empty()) return fmt::format("the {} {} differs {}", kind, quote(name), words);
  }
  return {};
}

std::vector<std::string> names_of(const std::vector<JsonObject>& items) {
  std::vector<std::string> names;
  for (const JsonObject& item : items)
    for (const auto& member : item) names.emplace_back(member.key());
  return names;
}

}  // namespace

std::string unlike_tools(const Blueprint& blueprint, mcp::Era era, const JsonArray& listed) {
  std::vector<JsonObject> expected;
  for (const Tool& tool : blueprint.tools) expected.push_back(wire_of(tool, era));
  return unlike("tool", expected, listed, kOfTools);
}

std::string unlike_resources(const Blueprint& blueprint, bool templates, const JsonArray& listed) {
  std::vector<JsonObject> expected;
  for (const Resource& resource : blueprint.resources)
    if (resource.is_template == templates) expected.push_back(resource.wire.as_object());
  return unlike(templates ? "resource template" : "resource", expected, listed, names_of(expected));
}

std::string unlike_prompts(const Blueprint& blueprint, const JsonArray& listed) {
  std::vector<JsonObject> expected;
  for (const Prompt& prompt : blueprint.prompts) expected.push_back(prompt.wire.as_object());
  return unlike("prompt", expected, listed, names_of(expected));
}

std::string unlike_identity(const Blueprint& blueprint, mcp::Era era, const Json& server) {
  const Json* said = era == mcp::Era::legacy
                         ? find(server, "serverInfo")
                         : at_pointer(server, "/_meta/io.modelcontextprotocol~1serverInfo");
  if (said == nullptr) return "the server does not say who it is";
  for (const auto& [member, expected] :
       {std::pair("name", &blueprint.server_name), std::pair("version", &blueprint.version)})
    if (text_of(*said, member) != *expected)
      return fmt::format("the server's {} is {}, not {}", member, quote(text_of(*said, member)),
                         quote(*expected));
  return {};
}

}  // namespace crafter
