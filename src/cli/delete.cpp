// delete: moves a server to the trash, after showing what goes.

#include <fmt/core.h>

#include "cli/session.h"
#include "cli/speech.h"
#include "cli/verbs.h"

namespace crafter::cli {
namespace {

Failure in_the_way(const std::string& name, const std::vector<Leftover>& leftovers) {
  std::vector<Diagnostic> all;
  for (const Leftover& leftover : leftovers)
    all.push_back({.code = "delete.leftover",
                   .file = fmt::format("{}/{}", name, leftover.path),
                   .message = fmt::format("{}: it would be lost", leftover.why)});
  all.front().hint = "with --force it goes to the trash with the rest";
  return {Fault::conflict, std::move(all)};
}

/// What goes, in words; whoever asks has to answer it.
std::string told(const std::string& path, const std::vector<Leftover>& leftovers) {
  std::string words = fmt::format("to the trash: {}\n", path);
  for (const Leftover& leftover : leftovers)
    words += fmt::format("  with {} ({})\n", harmless(leftover.path), leftover.why);
  return words;
}

Result<> agree(const Session& session, const std::string& name) {
  if (session.arguments().has("--yes")) return {};
  if (!session.manner().interactive)
    return Failure(Fault::input_needed, "input.yes",
                   fmt::format("{} is not deleted without a yes, and nobody may be asked", name),
                   "say --yes");
  if (session.agrees(fmt::format("Delete {}?", name), false)) return {};
  return Failure(Fault::cancelled, "delete.cancelled", "nothing was deleted");
}

}  // namespace

Result<Answer> remove(const Session& session) {
  const Arguments& arguments = session.arguments();
  const std::string name = arguments.operand(0);
  const bool force = arguments.has("--force");
  TRY(Crafter crafter, session.open());
  TRY(const auto leftovers, crafter.leftovers(name));
  const std::string path = fmt::format("{}/{}", *crafter.workspace(), name);
  if (!leftovers.empty() && !force) return in_the_way(name, leftovers);
  const JsonObject data{{"server_name", name}, {"path", path}};
  if (arguments.has("--dry-run")) return Answer{.data = data, .words = told(path, leftovers)};
  session.say(told(path, leftovers));
  TRY(agree(session, name));
  TRY(const std::string build_id, crafter.remove(name, force));
  const bool purges = arguments.has("--purge");
  if (purges) TRY(crafter.purge());
  Answer answer{.data = data,
                .words = fmt::format("deleted {}{}\n", name,
                                     purges ? ", and emptied the trash"
                                            : ": it lies in the trash, without its .env")};
  answer.data.as_object()["build_id"] = build_id;
  answer.data.as_object()["trash"] = !purges;
  return answer;
}

}  // namespace crafter::cli
