#include "cli/clients.h"

#include <fmt/core.h>

#include <array>
#include <vector>

#include "base/text.h"

namespace crafter::cli {
namespace {

constexpr std::string_view kConfig = "config:";

constexpr std::array kClients{
    Client{"claude-code", "Claude Code", ".claude.json", ".mcp.json", "mcpServers", true,
           "start a new session of it"},
    Client{"claude-desktop", "Claude Desktop", "config:Claude/claude_desktop_config.json", "",
           "mcpServers", false, "restart it"},
    Client{"cursor", "Cursor", ".cursor/mcp.json", ".cursor/mcp.json", "mcpServers", false,
           "it asks before it starts a server"},
    Client{"vscode", "VS Code", "config:Code/User/mcp.json", ".vscode/mcp.json", "servers", true,
           "start the server there: MCP: List Servers"},
};

std::string absolute(const Environment& environment, const std::string& name) {
  const auto found = environment.find(name);
  return found != environment.end() && found->second.starts_with('/') ? found->second : "";
}

}  // namespace

std::span<const Client> clients() { return kClients; }

Result<const Client*> client_named(std::string_view name) {
  std::vector<std::string> names;
  for (const Client& client : kClients) {
    if (client.name == name) return &client;
    names.emplace_back(client.name);
  }
  const auto meant = nearest(name, names);
  return Failure(Fault::usage, "usage.client", fmt::format("unknown client {}", quote(name)),
                 meant ? fmt::format("did you mean \"{}\"?", *meant)
                       : fmt::format("there are {}", enumerate(names)));
}

Result<std::string> user_file(const Client& client, const Environment& environment) {
  const std::string home = absolute(environment, "HOME");
  const bool is_config = client.home.starts_with(kConfig);
  std::string below = home;
  if (is_config) below = absolute(environment, "XDG_CONFIG_HOME");
  if (is_config && below.empty() && !home.empty()) below = home + "/.config";
  if (below.empty())
    return Failure(Fault::unavailable, "client.home", "the environment has no HOME",
                   client.project.empty() ? "set it" : "set it, or use --project");
  return fmt::format("{}/{}", below, client.home.substr(is_config ? kConfig.size() : 0));
}

}  // namespace crafter::cli
