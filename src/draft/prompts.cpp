// The prompts a form describes: names, arguments and messages.

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "catalog/fields.h"
#include "draft/drafting.h"

namespace crafter {
namespace {

constexpr std::size_t kMostItems = 1000;

/// A name that must be there and must be new.
std::string read_new_name(Reader& reader, std::string_view what, std::set<std::string>& names) {
  if (!reader.has("name"))
    reader.note("name", "field.missing", "name is missing", fmt::format("every {} has one", what));
  const auto name = read_line(reader, "name");
  if (name && !names.insert(*name).second)
    reader.note("name", "form.twice", fmt::format("another {} is called {}", what, quote(*name)),
                "each needs a name of its own");
  return name.value_or("");
}

void read_texts(Reader& reader, JsonObject& wire) {
  for (const std::string_view field : {"title", "description"})
    if (const auto text = read_plain_text(reader, field)) wire[field] = *text;
}

JsonArray read_arguments(Reader& prompt) {
  JsonArray arguments;
  std::set<std::string> names;
  for (const ListItem& item : read_items(prompt, "arguments", kMostItems)) {
    Reader reader(*item.value, item.pointer, prompt.problems());
    JsonObject argument{{"name", read_new_name(reader, "argument", names)}};
    read_texts(reader, argument);
    if (const auto required = reader.boolean("required")) argument["required"] = *required;
    reader.close();
    arguments.push_back(std::move(argument));
  }
  return arguments;
}

void read_content(Reader& message) {
  static const std::vector<std::string> kTypes{"text"};
  if (!message.has("content"))
    message.note("content", "field.missing", "content is missing",
                 R"(write {"type": "text", "text": "..."})");
  if (message.object("content") == nullptr) return;
  Reader content(*message.any("content"), message.at("content"), message.problems());
  for (const std::string_view field : {"type", "text"})
    if (!content.has(field))
      content.note(field, "field.missing", fmt::format("{} is missing", field),
                   R"(write {"type": "text", "text": "..."})");
  read_choice(content, "type", kTypes);
  read_plain_text(content, "text");
  content.close();
}

Json read_messages(Reader& prompt) {
  static const std::vector<std::string> kRoles{"user", "assistant"};
  const auto items = read_items(prompt, "messages", kMostItems);
  const Json* given = prompt.any("messages");
  if (given == nullptr || (given->is_array() && given->get_array().empty()))
    prompt.note("messages", "form.messages", "the prompt has no messages",
                "a prompt is one message or several");
  for (const ListItem& item : items) {
    Reader message(*item.value, item.pointer, prompt.problems());
    if (!message.has("role"))
      message.note("role", "field.missing", "role is missing", "user or assistant");
    read_choice(message, "role", kRoles);
    read_content(message);
    message.close();
  }
  return given == nullptr ? Json(JsonArray{}) : *given;
}

Prompt read_prompt(const ListItem& item, Drafting& work, std::set<std::string>& names) {
  Reader reader(*item.value, item.pointer, work.problems);
  Prompt prompt;
  prompt.name = read_new_name(reader, "prompt", names);
  JsonObject wire{{"name", prompt.name}};
  read_texts(reader, wire);
  const bool has_arguments = reader.has("arguments");
  JsonArray arguments = read_arguments(reader);
  if (has_arguments) wire["arguments"] = std::move(arguments);
  prompt.wire = std::move(wire);
  prompt.messages = read_messages(reader);
  reader.close();
  return prompt;
}

}  // namespace

void read_prompts(Reader& root, Drafting& work) {
  std::set<std::string> names;
  for (const ListItem& item : read_items(root, "custom_prompts", kMostItems))
    work.blueprint.prompts.push_back(read_prompt(item, work, names));
}

}  // namespace crafter
