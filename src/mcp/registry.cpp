// What a server offers, checked and ready to be listed and called.

#include "mcp/registry.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "jsonschema/metaschema.h"

namespace crafter::mcp {
namespace {

constexpr std::size_t kLongestName = 128;
constexpr std::string_view kTokenMarks = "!#$%&'*+-.^_`|~";  // RFC 9110, section 5.6.2

bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return is_letter_or_digit(c) || kTokenMarks.find(c) != kTokenMarks.npos;
  });
}

Failure wrong(std::string_view what, std::string_view name, std::string message,
              std::string hint = {}) {
  return {Fault::invalid_input, "mcp.offer",
          fmt::format("the {} {}: {}", what, quote(name), std::move(message)), std::move(hint)};
}

/// server/tools, "Tool Names".
Result<> check_name(std::string_view what, std::string_view name) {
  const bool is_good =
      !name.empty() && name.size() <= kLongestName && std::ranges::all_of(name, [](char c) {
        return is_letter_or_digit(c) || c == '_' || c == '-' || c == '.';
      });
  if (is_good) return {};
  return wrong(what, name, "the name is not allowed", "1 to 128 of A-Z a-z 0-9 _ - .");
}

void set_text(JsonObject& object, std::string_view name, std::string_view text) {
  if (!text.empty()) object[name] = text;
}

/// Nothing for a schema that says nothing.
Result<std::optional<Schema>> compiled(const Tool& tool, const JsonObject& schema) {
  if (schema.empty()) return std::optional<Schema>();
  for (const Violation& flaw : check_schema(schema)) {
    if (flaw.severity == Severity::error)
      return wrong("tool", tool.name, fmt::format("{}: {}", flaw.pointer, flaw.message), flaw.hint);
  }
  auto made = Schema::compile(schema);
  if (!made) return wrong("tool", tool.name, made.failure().message());
  return std::optional(*std::move(made));
}

/// Whether an input schema is {"type": "object"} and says no more, as for tools without arguments.
bool is_any_object(const JsonObject& schema) {
  return schema.size() == 1 && text_of(schema, "type") == "object";
}

/// basic/transports/streamable-http, "x-mcp-header".
Result<> check_headers(const Tool& tool, const std::vector<ParamHeader>& headers) {
  constexpr std::string_view kTypes[] = {"string", "integer", "boolean"};
  std::set<std::string> seen;
  for (const ParamHeader& header : headers) {
    const std::string_view note = std::string_view(header.header).substr(10);
    if (!is_token(note)) return wrong("tool", tool.name, "an x-mcp-header is no token");
    if (!seen.insert(lower(note)).second)
      return wrong("tool", tool.name, fmt::format("x-mcp-header {} stands twice", quote(note)));
    if (std::ranges::find(kTypes, header.type) == std::end(kTypes))
      return wrong("tool", tool.name, fmt::format("x-mcp-header {} is of no type", quote(note)),
                   "string, integer or boolean");
  }
  return {};
}

JsonObject listed_tool(const Tool& tool) {
  JsonObject object{{"name", tool.name}};
  set_text(object, "title", tool.title);
  set_text(object, "description", tool.description);
  object["inputSchema"] = tool.input;
  if (!tool.output.empty()) object["outputSchema"] = tool.output;
  if (!tool.annotations.empty()) object["annotations"] = tool.annotations;
  if (!tool.icons.empty()) object["icons"] = tool.icons;
  if (!tool.meta.empty()) object["_meta"] = tool.meta;
  return object;
}

JsonObject described(std::string_view key, std::string_view value, std::string_view name,
                     std::string_view title, std::string_view description,
                     std::string_view mime_type) {
  JsonObject object{{key, value}, {"name", name}};
  set_text(object, "title", title);
  set_text(object, "description", description);
  set_text(object, "mimeType", mime_type);
  return object;
}

bool has_scheme(std::string_view uri) {
  const std::size_t colon = uri.find(':');
  return colon != uri.npos && colon > 0;
}

}  // namespace

Result<ToolEntry> tool_entry(Tool tool) {
  TRY(check_name("tool", tool.name));
  if (!tool.run) return wrong("tool", tool.name, "nothing runs it");
  if (text_of(tool.input, "type") != "object")
    return wrong("tool", tool.name, "its input schema is not that of an object",
                 "write \"type\": \"object\"");
  ToolEntry entry;
  TRY(entry.input, compiled(tool, is_any_object(tool.input) ? JsonObject() : tool.input));
  TRY(entry.output, compiled(tool, tool.output));
  entry.headers = param_headers(tool.input);
  TRY(check_headers(tool, entry.headers));
  entry.listed = listed_tool(tool);
  entry.tool = std::move(tool);
  return entry;
}

Result<ResourceEntry> resource_entry(Resource resource) {
  if (!has_scheme(resource.uri)) return wrong("resource", resource.uri, "it is no URI");
  JsonObject listed = described("uri", resource.uri, resource.name, resource.title,
                                resource.description, resource.mime_type);
  for (const auto& [key, value] : resource.more) listed.emplace(key, value);
  return ResourceEntry{std::move(resource), std::move(listed)};
}

Result<TemplateEntry> template_entry(ResourceTemplate resources) {
  if (!has_scheme(resources.uri_template))
    return wrong("resource template", resources.uri_template, "it is no URI");
  TRY(UriTemplate pattern, UriTemplate::parse(resources.uri_template));
  JsonObject listed = described("uriTemplate", resources.uri_template, resources.name,
                                resources.title, resources.description, resources.mime_type);
  return TemplateEntry{std::move(resources), std::move(listed), std::move(pattern)};
}

Result<PromptEntry> prompt_entry(Prompt prompt) {
  TRY(check_name("prompt", prompt.name));
  JsonObject listed{{"name", prompt.name}};
  set_text(listed, "title", prompt.title);
  set_text(listed, "description", prompt.description);
  JsonArray arguments;
  for (const PromptArgument& argument : prompt.arguments) {
    JsonObject object{{"name", argument.name}};
    set_text(object, "description", argument.description);
    object["required"] = argument.required;
    arguments.push_back(std::move(object));
  }
  if (!arguments.empty()) listed["arguments"] = std::move(arguments);
  return PromptEntry{std::move(prompt), std::move(listed)};
}

}  // namespace crafter::mcp
