// What a command line finds around it.

#include "cli/outside.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "os/disk.h"

namespace crafter::cli {
namespace {

std::string variable(const Environment& environment, const std::string& name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string() : found->second;
}

bool is_on(const Environment& environment, const std::string& name) {
  const std::string value = lower(variable(environment, name));
  return !value.empty() && value != "0" && value != "false";
}

bool has_colour(const Arguments& arguments, const Outside& outside, bool is_terminal) {
  const std::string wish = arguments.value("--color", "auto");
  if (wish != "auto") return wish == "always";
  return is_terminal && variable(outside.environment, "NO_COLOR").empty() &&
         variable(outside.environment, "TERM") != "dumb";
}

bool is_passed(std::string_view name) {
  constexpr std::array<std::string_view, 7> kNames{
      "http_proxy",    "https_proxy",  "no_proxy",          "all_proxy",
      "ssl_cert_file", "ssl_cert_dir", "requests_ca_bundle"};
  if (std::ranges::find(kNames, lower(name)) != kNames.end()) return true;
  if (name.starts_with("UV_PROJECT") || name == "UV_CACHE_DIR") return false;
  return name.starts_with("PIP_") || name.starts_with("UV_");
}

/// The XDG base directory specification: relative paths count as unset.
std::string cache_folder(const Environment& environment) {
  if (const std::string cache = variable(environment, "XDG_CACHE_HOME"); cache.starts_with('/'))
    return cache + "/mcp-crafter";
  const std::string home = variable(environment, "HOME");
  return home.starts_with('/') ? home + "/.cache/mcp-crafter" : std::string();
}

}  // namespace

Manner manner_of(const Arguments& arguments, const Outside& outside) {
  Manner manner;
  manner.json = arguments.has("--json");
  manner.quiet = arguments.has("--quiet");
  manner.verbose = arguments.has("--verbose") && !manner.quiet;
  manner.output_colour = has_colour(arguments, outside, outside.output_is_terminal);
  manner.error_colour = has_colour(arguments, outside, outside.error_is_terminal);
  manner.live = outside.error_is_terminal && !manner.json && !manner.quiet &&
                variable(outside.environment, "TERM") != "dumb";
  manner.interactive = outside.input_is_terminal && outside.error_is_terminal && !manner.json &&
                       !arguments.has("--non-interactive") && !is_on(outside.environment, "CI");
  return manner;
}

Surroundings surroundings_of(const Arguments& arguments, const Outside& outside) {
  Surroundings found;
  found.folder = absolute_path(outside.folder, arguments.value("-C", "."));
  found.cache = cache_folder(outside.environment);
  found.path = variable(outside.environment, "PATH");
  found.environment = outside.environment;
  if (arguments.has("--catalog"))
    found.overlay = absolute_path(found.folder, arguments.value("--catalog"));
  for (const auto& [name, value] : outside.environment)
    if (is_passed(name)) found.passed.push_back(fmt::format("{}={}", name, value));
  return found;
}

}  // namespace crafter::cli
