// list, info: the servers of the workspace.

#include <fmt/core.h>

#include "base/text.h"
#include "cli/session.h"
#include "cli/speech.h"
#include "cli/verbs.h"
#include "engine/views.h"

namespace crafter::cli {
namespace {

std::string told_files(const ServerDetails& details, bool is_verbose) {
  std::vector<std::vector<std::string>> changed;
  std::vector<std::vector<std::string>> all;
  for (const auto& file : details.files) {
    all.push_back({file.path, file.state, join(file.parts, ", ")});
    if (file.state != "unchanged") changed.push_back({file.path, file.state});
  }
  if (is_verbose) return "files\n" + table(all, 2);
  return fmt::format("{:14}{}, {}\n", "files", counted(details.files.size(), "file"),
                     changed.empty() ? "none changed since" : "of these changed:") +
         table(changed, 16);
}

std::string told(const ServerDetails& details, bool is_verbose) {
  const Server& server = details.server;
  const std::string_view level = text_of(details.proof, "level");
  const std::string_view proven_at = text_of(details.proof, "proven_at");
  return table({{"name", server.name},
                {"description", std::string(text_of(details.form, "description"))},
                {"path", server.path},
                {"template", server.base},
                {"complexity", server.complexity},
                {"capabilities", enumerate(server.capabilities)},
                {"tools", enumerate(server.tools)},
                {"status", server.status},
                {"build", server.build_id},
                {"proof", level.empty() ? "none" : fmt::format("{} {}", level, proven_at)}}) +
         told_files(details, is_verbose);
}

}  // namespace

Result<Answer> list(const Session& session) {
  TRY(const Crafter crafter, session.open());
  TRY(const auto servers, crafter.list());
  JsonArray all;
  std::vector<std::vector<std::string>> rows;
  for (const Server& server : servers) {
    all.push_back(to_json(server));
    rows.push_back({server.name, server.status, server.complexity, server.base,
                    counted(server.tools.size(), "tool")});
  }
  Answer answer{.data = {{"servers", std::move(all)}},
                .text = table(rows),
                .warnings = crafter.troubles()};
  if (servers.empty())
    answer.words = "no servers yet; to make one: mcp-crafter create weather-api\n";
  return answer;
}

Result<Answer> info(const Session& session) {
  TRY(const Crafter crafter, session.open());
  TRY(const ServerDetails details, crafter.info(session.arguments().operand(0)));
  return Answer{.data = to_json(details),
                .text = told(details, session.manner().verbose),
                .warnings = crafter.troubles()};
}

}  // namespace crafter::cli
