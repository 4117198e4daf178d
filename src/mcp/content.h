// What tools, resources and prompts give back.

#pragma once

#include <string>
#include <string_view>

#include "base/json.h"

namespace crafter::mcp {

/// Content blocks (server/tools, "Tool result"). `data` and `blob` are Base64 already.
Json text_block(std::string_view text);
Json image_block(std::string_view data, std::string_view mime_type);
Json audio_block(std::string_view data, std::string_view mime_type);
/// A resource within a result: the contents of text_contents or blob_contents.
Json resource_block(Json contents);
/// A pointer to a resource that the client may read; `more` holds title, description, mimeType ...
Json link_block(std::string_view uri, std::string_view name, JsonObject more = {});

/// The contents of a resource.
Json text_contents(std::string_view uri, std::string_view mime_type, std::string_view text);
Json blob_contents(std::string_view uri, std::string_view mime_type, std::string_view blob);

/// The result of a tool. A tool whose work failed says so in words that a model can act on; a
/// Failure returned by the tool becomes such a result by itself.
struct ToolResult {
  JsonArray content;
  Json structured = nullptr;  ///< fits the tool's output schema; null: none
  bool is_error = false;
  JsonObject meta = {};

  ToolResult() = default;
  /// A single text.
  ToolResult(std::string_view text) { content.push_back(text_block(text)); }
  ToolResult(const std::string& text) : ToolResult(std::string_view(text)) {}
  ToolResult(const char* text) : ToolResult(std::string_view(text)) {}
  explicit ToolResult(JsonArray blocks) : content(std::move(blocks)) {}

  /// A value, and the same as text for clients that read nothing else.
  static ToolResult of(Json structured);
};

/// The messages of a prompt: one of `role` ("user", "assistant") with one content block.
Json prompt_message(std::string_view role, Json block);

struct PromptResult {
  JsonArray messages;
  std::string description = {};
};

}  // namespace crafter::mcp
