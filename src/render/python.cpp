// Writes Python modules, statement by statement.

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <vector>

#include "base/text.h"
#include "render/emitters.h"
#include "render/place.h"
#include "render/python_words.h"
#include "render/typed_dict.h"

namespace crafter {
namespace {

/// A statement's lines, and whether two blank lines surround it.
struct Chunk {
  std::string text;
  bool is_definition = false;
};

Failure wrong(std::string message) { return unwritable("python", std::move(message)); }

/// Code that part.json says, not the form: still, nothing may hide in it.
bool is_code(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c < 0x7F; });
}

Result<Chunk> doc_chunk(const Json& text) {
  if (!text.is_string()) return wrong("doc is no text");
  return Chunk{python_docstring(text.get_string(), "A module of this server.", 0) + "\n"};
}

Result<Chunk> lines_chunk(const Json& lines) {
  if (!lines.is_array()) return wrong("lines is no list");
  Chunk chunk;
  for (const Json& line : lines.get_array()) {
    if (!line.is_string() || !is_code(line.get_string())) return wrong("lines has more than text");
    chunk.text.append(line.get_string()).append("\n");
  }
  return chunk;
}

std::vector<std::string> texts_of(const Json* list) {
  std::vector<std::string> texts;
  if (list != nullptr && list->is_array())
    for (const Json& item : list->get_array())
      if (item.is_string()) texts.emplace_back(item.get_string());
  return texts;
}

Body body_of(const Json& function, const Json& body) {
  Body made{.implementation = text_of(body, "implementation"),
            .properties = {},
            .present = texts_of(find(body, "required")),
            .signature = text_of(function, "signature"),
            .tool = text_of(body, "tool"),
            .file = text_of(body, "file")};
  const Json* properties = find(body, "properties");
  if (properties == nullptr || !properties->is_object()) return made;
  for (const auto& property : properties->get_object()) {
    made.properties.emplace_back(property.key());
    if (find(property.value(), "default") != nullptr) made.present.emplace_back(property.key());
  }
  return made;
}

/// Parameters on lines of their own when they do not fit.
std::string head(std::string_view name, std::string_view signature, std::string_view returns) {
  const std::string line = fmt::format("async def {}({}) -> {}:\n", name, signature, returns);
  if (line.size() <= kPythonWidth + 1) return line;
  std::string lines = fmt::format("async def {}(\n", name);
  std::size_t begin = 0;
  int depth = 0;
  for (std::size_t i = 0; i <= signature.size(); ++i) {
    const char c = i < signature.size() ? signature[i] : ',';
    if (c == '[' || c == '(') ++depth;
    if (c == ']' || c == ')') --depth;
    if (c != ',' || depth > 0) continue;
    lines += fmt::format("    {},\n", trim(signature.substr(begin, i - begin)));
    begin = i + 1;
  }
  return lines + fmt::format(") -> {}:\n", returns);
}

Result<Chunk> function_chunk(const Json& function) {
  const std::string_view name = text_of(function, "name");
  const std::string_view signature = text_of(function, "signature");
  const std::string_view returns = text_of(function, "returns");
  const Json* body = find(function, "body");
  if (!is_python_name(name) || body == nullptr || returns.empty())
    return wrong("a function needs name, returns and body");
  if (!is_code(signature) || !is_code(returns)) return wrong("a signature has more than text");
  const Body placed = body_of(function, *body);
  if (is_definition(placed.implementation, name))
    return Chunk{std::string(placed.implementation) + "\n", true};
  const std::string doc =
      python_docstring(text_of(function, "doc"), fmt::format("The function {}.", name), 4);
  return Chunk{
      fmt::format("{}    {}\n{}", head(name, signature, returns), doc, placed_body(placed)), true};
}

/// Puts the import of what the TypedDicts need before the first of them.
class Module {
 public:
  Result<> add(const Json& statement) {
    const auto* object = statement.if_object();
    if (object == nullptr || object->size() != 1) return wrong("a statement has one member");
    const std::string_view kind = object->begin()->key();
    const Json& value = object->begin()->value();
    if (kind == "typed_dict") return add_typed_dict(value);
    for (const auto& [name, make] : kKinds) {
      if (name != kind) continue;
      TRY(Chunk chunk, make(value));
      chunks_.push_back(std::move(chunk));
      return {};
    }
    return wrong(fmt::format("{} is no statement", quote(kind)));
  }

  std::string text() && {
    if (import_at_) {
      const std::vector<std::string> names(typing_.begin(), typing_.end());
      chunks_[*import_at_].text = fmt::format("from typing import {}\n", join(names, ", "));
    }
    std::string text;
    const Chunk* before = nullptr;
    for (const Chunk& chunk : chunks_) {
      if (before != nullptr) text += '\n';
      if (before != nullptr && (before->is_definition || chunk.is_definition)) text += '\n';
      text += chunk.text;
      before = &chunk;
    }
    return text;
  }

 private:
  struct Kind {
    std::string_view name;
    Result<Chunk> (*make)(const Json&);
  };
  static constexpr std::array<Kind, 3> kKinds = {
      {{"doc", doc_chunk}, {"lines", lines_chunk}, {"function", function_chunk}}};

  Result<> add_typed_dict(const Json& value) {
    TRY(TypedDict made, typed_dict(value));
    if (!import_at_) {
      import_at_ = chunks_.size();
      chunks_.emplace_back();
    }
    typing_.merge(made.typing);
    chunks_.push_back({std::move(made.text), made.is_class});
    return {};
  }

  std::vector<Chunk> chunks_;
  std::set<std::string> typing_;
  std::optional<std::size_t> import_at_;
};

}  // namespace

Result<std::string> write_python(const Json& value) {
  if (!value.is_array()) return wrong("the value is no list");
  Module module;
  for (const Json& statement : value.get_array()) TRY(module.add(statement));
  return std::move(module).text();
}

}  // namespace crafter
