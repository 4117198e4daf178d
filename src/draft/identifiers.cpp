// Replaces what Python does not take, then adds what makes the result unique.

#include "draft/identifiers.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace crafter {
namespace {

constexpr std::size_t kLongest = 64;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return is_letter(c) || is_digit(c); }

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

bool holds(const std::vector<std::string>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

bool is_reserved(const Catalog& catalog, const std::string& name) {
  const std::string folded = lower(name);
  return holds(catalog.words("python_keywords"), name) ||
         holds(catalog.words("python_builtins"), name) ||
         holds(catalog.words("device_names"), folded) ||
         holds(catalog.words("tool_files"), folded) ||
         (name.starts_with("__") && name.ends_with("__"));
}

}  // namespace

std::string Identifiers::settle(std::string identifier) {
  if (is_reserved(catalog_, identifier)) identifier += '_';
  std::string settled = identifier;
  for (int n = 2; !taken_.insert(lower(settled)).second; ++n)
    settled = fmt::format("{}_{}", identifier, n);
  return settled;
}

std::string Identifiers::of_tool(std::string_view name) {
  std::string identifier(name);
  std::ranges::replace_if(identifier, [](char c) { return !is_word(c); }, '_');
  return settle(std::move(identifier));
}

std::string Identifiers::of_text(std::string_view text) {
  std::string identifier;
  for (const char c : text) {
    if (is_word(c))
      identifier += c;
    else if (!identifier.empty() && !identifier.ends_with('_'))
      identifier += '_';
  }
  identifier.resize(std::min(identifier.size(), kLongest));
  while (identifier.ends_with('_')) identifier.pop_back();
  if (identifier.empty()) identifier = "resource";
  if (is_digit(identifier[0])) identifier.insert(0, "resource_");
  return settle(std::move(identifier));
}

std::string Identifiers::type_of(std::string_view name) {
  std::string camel;
  bool is_start = true;
  for (const char c : name) {
    if (is_word(c)) camel += is_start ? upper(c) : c;
    is_start = !is_word(c);
  }
  if (camel.empty() || is_digit(camel[0])) camel.insert(0, "Tool");
  camel += "Args";
  std::string type = camel;
  for (int n = 2; !types_.insert(type).second; ++n) type = fmt::format("{}{}", camel, n);
  return type;
}

}  // namespace crafter
