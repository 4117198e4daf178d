// A small reader of NAME=value lines.

#include "check/env_lines.h"

#include "base/text.h"

namespace crafter {
namespace {

std::string_view unquoted(std::string_view value) {
  if (value.size() < 2 || (value.front() != '\'' && value.front() != '"')) return value;
  return value.back() == value.front() ? value.substr(1, value.size() - 2) : value;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> env_lines(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> found;
  for (const std::string& line : split(text, '\n')) {
    const std::string_view shown = trim(line);
    if (shown.empty() || shown.starts_with('#')) continue;
    const auto equals = shown.find('=');
    const auto value = equals == shown.npos ? std::string_view() : shown.substr(equals + 1);
    found.emplace_back(shown.substr(0, equals), unquoted(value));
  }
  return found;
}

}  // namespace crafter
