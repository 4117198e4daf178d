// What a server offers, checked and ready to be listed and called.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "jsonschema/jsonschema.h"
#include "mcp/header_value.h"
#include "mcp/server.h"
#include "mcp/shelf.h"
#include "mcp/uri_template.h"

namespace crafter::mcp {

/// `listed` is how it stands in a list.
struct ToolEntry {
  Tool tool;
  JsonObject listed;
  std::optional<Schema> input;   ///< nothing: any object
  std::optional<Schema> output;  ///< nothing: anything
  std::vector<ParamHeader> headers;
};

struct ResourceEntry {
  Resource resource;
  JsonObject listed;
};

struct TemplateEntry {
  ResourceTemplate resources;
  JsonObject listed;
  UriTemplate pattern;
};

struct PromptEntry {
  Prompt prompt;
  JsonObject listed;
};

struct Registry {
  Shelf<ToolEntry> tools;
  Shelf<ResourceEntry> resources;
  Shelf<TemplateEntry> templates;
  Shelf<PromptEntry> prompts;
};

/// Check what is to be offered: names, schemas, x-mcp-header notes.
Result<ToolEntry> tool_entry(Tool tool);
Result<ResourceEntry> resource_entry(Resource resource);
Result<TemplateEntry> template_entry(ResourceTemplate resources);
Result<PromptEntry> prompt_entry(Prompt prompt);

}  // namespace crafter::mcp
