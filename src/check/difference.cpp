// Descends to the first place where two values differ.

#include "check/difference.h"

#include <fmt/core.h>

#include "base/text.h"

namespace crafter {
namespace {

constexpr std::string_view kNothing = "nothing";

std::string shown(const Json* value) {
  if (value == nullptr) return std::string(kNothing);
  const std::string text = write_json(*value);
  return text.size() <= 60 ? text : quote(text);
}

std::string say(const std::string& pointer, const Json* expected, const Json* found) {
  return fmt::format("at {}: expected {}, found {}", pointer.empty() ? "the top" : pointer,
                     shown(expected), shown(found));
}

std::string descend(const std::string& pointer, const Json& expected, const Json& found);

std::string among_members(const std::string& pointer, const JsonObject& expected,
                          const JsonObject& found) {
  for (const auto& [name, value] : expected) {
    const std::string below = append_pointer(pointer, std::string_view(name));
    const Json* other = found.if_contains(name);
    std::string words =
        other == nullptr ? say(below, &value, nullptr) : descend(below, value, *other);
    if (!words.empty()) return words;
  }
  for (const auto& [name, value] : found)
    if (!expected.contains(name))
      return say(append_pointer(pointer, std::string_view(name)), nullptr, &value);
  return {};
}

std::string among_items(const std::string& pointer, const JsonArray& expected,
                        const JsonArray& found) {
  for (std::size_t i = 0; i < expected.size() || i < found.size(); ++i) {
    const std::string below = append_pointer(pointer, i);
    if (i >= expected.size()) return say(below, nullptr, &found[i]);
    if (i >= found.size()) return say(below, &expected[i], nullptr);
    if (std::string words = descend(below, expected[i], found[i]); !words.empty()) return words;
  }
  return {};
}

std::string descend(const std::string& pointer, const Json& expected, const Json& found) {
  if (expected.is_object() && found.is_object())
    return among_members(pointer, expected.get_object(), found.get_object());
  if (expected.is_array() && found.is_array())
    return among_items(pointer, expected.get_array(), found.get_array());
  return equal_json(expected, found) ? std::string() : say(pointer, &expected, &found);
}

}  // namespace

std::string difference(const Json& expected, const Json& found) {
  return descend("", expected, found);
}

}  // namespace crafter
