// MCP clients that keep a list of servers in a file, and where: docs/formats/clients.md.

#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cli/outside.h"

namespace crafter::cli {

struct Client {
  std::string_view name;     ///< as on the command line
  std::string_view title;    ///< as people call it
  std::string_view home;     ///< the user's file: below $HOME, or "config:" below the XDG folder
  std::string_view project;  ///< the file below a project's folder; "" when it has none
  std::string_view member;   ///< the object of servers in either file
  bool has_type = false;     ///< an entry says {"type": "stdio"}
  std::string_view next;     ///< what people do then
};

std::span<const Client> clients();
/// usage when there is no such client, with those that are.
Result<const Client*> client_named(std::string_view name);

/// The absolute path of the user's file; unavailable when the environment has no HOME.
Result<std::string> user_file(const Client& client, const Environment& environment);

}  // namespace crafter::cli
