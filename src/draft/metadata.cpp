// metadata: any object; the members that the output has a place for are checked.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "draft/drafting.h"

namespace crafter {
namespace {

constexpr std::array<std::string_view, 3> kShown{"author", "version", "license"};
constexpr std::size_t kShortestName = 3;
constexpr std::size_t kLongestName = 200;

/// namespace/server as the MCP registry takes it: io.github.user/server.
bool is_registry_name(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-';
  };
  const std::size_t slash = name.find('/');
  if (name.size() < kShortestName || name.size() > kLongestName || slash == name.npos) return false;
  const std::string_view server = name.substr(slash + 1);
  return slash > 0 && !server.empty() && std::ranges::all_of(name.substr(0, slash), fits) &&
         std::ranges::all_of(server, [&](char c) { return fits(c) || c == '_'; });
}

void check_registry_name(const Json& metadata, const std::string& pointer, Problems& problems) {
  const Json* name = find(metadata, "registry_name");
  if (name == nullptr || is_registry_name(text_of(metadata, "registry_name"))) return;
  problems.error("form.registry_name", append_pointer(pointer, "registry_name"),
                 "this is no name of the MCP registry", "it is like io.github.user/server");
}

}  // namespace

void read_metadata(Reader& root, Drafting& work) {
  work.blueprint.metadata = JsonObject{};
  if (root.object("metadata") == nullptr) return;
  const Json& metadata = *root.any("metadata");
  const std::string pointer = root.at("metadata");
  for (const std::string_view name : kShown)
    check_plain_text(work.problems, append_pointer(pointer, name), text_of(metadata, name));
  check_registry_name(metadata, pointer, work.problems);
  work.blueprint.metadata = metadata;
}

}  // namespace crafter
