// What tools, resources and prompts give back.

#include "mcp/content.h"

namespace crafter::mcp {
namespace {

Json media(std::string_view type, std::string_view data, std::string_view mime_type) {
  return JsonObject{{"type", type}, {"data", data}, {"mimeType", mime_type}};
}

Json contents(std::string_view uri, std::string_view mime_type, std::string_view member,
              std::string_view text) {
  JsonObject object{{"uri", uri}};
  if (!mime_type.empty()) object["mimeType"] = mime_type;
  object[member] = text;
  return object;
}

}  // namespace

Json text_block(std::string_view text) {
  JsonObject block(2);
  block.emplace("type", "text");
  block.emplace("text", text);
  return block;
}

Json image_block(std::string_view data, std::string_view mime_type) {
  return media("image", data, mime_type);
}

Json audio_block(std::string_view data, std::string_view mime_type) {
  return media("audio", data, mime_type);
}

Json resource_block(Json resource) {
  return JsonObject{{"type", "resource"}, {"resource", std::move(resource)}};
}

Json link_block(std::string_view uri, std::string_view name, JsonObject more) {
  JsonObject block{{"type", "resource_link"}, {"uri", uri}, {"name", name}};
  for (auto& [key, value] : more) block[key] = std::move(value);
  return block;
}

Json text_contents(std::string_view uri, std::string_view mime_type, std::string_view text) {
  return contents(uri, mime_type, "text", text);
}

Json blob_contents(std::string_view uri, std::string_view mime_type, std::string_view blob) {
  return contents(uri, mime_type, "blob", blob);
}

ToolResult ToolResult::of(Json structured) {
  ToolResult result(write_json(structured));
  result.structured = std::move(structured);
  return result;
}

Json prompt_message(std::string_view role, Json block) {
  return JsonObject{{"role", role}, {"content", std::move(block)}};
}

}  // namespace crafter::mcp
