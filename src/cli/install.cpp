// install: tells an MCP client of the crafter, or of a server of the workspace.

#include <fmt/core.h>

#include <utility>

#include "cli/client_file.h"
#include "cli/clients.h"
#include "cli/session.h"
#include "cli/verbs.h"
#include "os/disk.h"
#include "os/path.h"
#include "os/program.h"

namespace crafter::cli {
namespace {

/// The file to change: the user's, or with --project that of the folder.
Result<std::string> file_of(const Session& session, const Client& client) {
  if (!session.arguments().has("--project"))
    return user_file(client, session.outside().environment);
  if (client.project.empty())
    return Failure(Fault::usage, "usage.combination",
                   fmt::format("{} has no file of a project", client.title), "leave --project out");
  return session.path(client.project);
}

/// What the client starts: the crafter, or one of the servers. Neither needs a secret there.
Result<ClientEntry> entry_of(const Session& session, const Client& client) {
  const std::string name = session.arguments().operand(1);
  TRY(const Crafter crafter, session.open());
  if (!name.empty()) TRY(crafter.info(name));
  TRY(const std::string program, program_path());
  const std::string folder = crafter.workspace().value_or(session.path("."));
  JsonObject entry;
  if (client.has_type) entry["type"] = "stdio";
  entry["command"] = program;
  entry["args"] =
      name.empty() ? JsonArray{"serve", "-C", folder} : JsonArray{"run", name, "-C", folder};
  return ClientEntry{client.member, name.empty() ? "mcp-crafter" : name, std::move(entry)};
}

/// A client's file and the folder that it lies in.
struct Target {
  std::string folder;
  std::string name;
  std::string text;  ///< "" when it is not there
  Access access = Access::normal;
};

Result<Target> look_at(const std::string& path, Access access) {
  const auto [above, name] = split_path(path);
  Target target{above, name, {}, access};
  const auto folder = open_disk(target.folder);
  if (!folder && folder.failure().fault() == Fault::not_found) return target;
  if (!folder) return folder.failure();
  TRY(const auto there, (*folder)->look(target.name));
  if (!there) return target;
  target.access = there->access;
  TRY(target.text, (*folder)->read(target.name));
  return target;
}

Result<> write(const Target& target, const std::string& text) {
  TRY(const auto folder, create_disk(target.folder));
  TRY(folder->write(target.name, text, target.access));
  return folder->sync();
}

}  // namespace

Result<Answer> install(const Session& session) {
  const Arguments& arguments = session.arguments();
  TRY(const Client* client, client_named(arguments.operand(0)));
  TRY(const std::string path, file_of(session, *client));
  TRY(const ClientEntry entry, entry_of(session, *client));
  const bool is_shared = arguments.has("--project");
  TRY(const Target target, look_at(path, is_shared ? Access::normal : Access::secret));
  auto text = with_entry(target.text, path, entry, arguments.has("--force"));
  if (!text) return Failure(Fault::conflict, text.failure().diagnostics());  // no form is wrong
  const bool is_same = *text == target.text;
  const bool is_dry = arguments.has("--dry-run");
  if (!is_same && !is_dry) TRY(write(target, *text));
  const JsonObject section{{client->member, JsonObject{{entry.name, entry.entry}}}};
  const std::string_view status = is_same ? "unchanged" : is_dry ? "would_install" : "installed";
  Answer answer{.data = {{"client", client->name},
                         {"name", entry.name},
                         {"path", path},
                         {"status", status},
                         {"configuration", section}}};
  answer.text = is_dry ? write_pretty_json(section) : path + "\n";
  if (is_same)
    answer.words = fmt::format("{} knows {} already\n", client->title, entry.name);
  else if (is_dry)
    answer.words = fmt::format("would go into {}; nothing was written\n", path);
  else
    answer.words = fmt::format("{} knows {} now: {}\n", client->title, entry.name, client->next);
  return answer;
}

}  // namespace crafter::cli
