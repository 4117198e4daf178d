// Quotes values for .env, or says which one cannot stand there.

#include "install/env.h"

#include <fmt/core.h>

#include <algorithm>

namespace crafter {
namespace {

constexpr std::string_view kComment =
    "# Secrets of this server: not for version control, not for images.\n";

bool is_bare(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
         std::string_view("_./:@%+=,-").find(c) != std::string_view::npos;
}

/// Within single quotes two of the four readers know a backslash before another one or a quote.
bool is_writable(std::string_view value) {
  const auto is_refused = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return c == '\'' || (byte < 0x20 && c != '\t') || byte == 0x7f;
  };
  return std::ranges::none_of(value, is_refused) && !value.ends_with('\\') &&
         value.find("\\\\") == value.npos;
}

}  // namespace

Result<std::string> env_file(const std::map<std::string, std::string>& secrets) {
  std::string text(kComment);
  for (const auto& [name, value] : secrets) {
    if (!is_writable(value))
      return Failure(Fault::invalid_input, "env.unwritable",
                     fmt::format("the value of {} cannot stand in a .env file", name),
                     fmt::format("put it into a file and set {}_FILE", name));
    const std::string_view quote = std::ranges::all_of(value, is_bare) ? "" : "'";
    text += fmt::format("{}={}{}{}\n", name, quote, value, quote);
  }
  return text;
}

}  // namespace crafter
