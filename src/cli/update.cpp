// update and diff: brings a changed form into a project, or shows what that would do.

#include <fmt/core.h>

#include <algorithm>
#include <iterator>

#include "cli/craft.h"
#include "cli/made.h"
#include "cli/overrides.h"
#include "cli/speech.h"
#include "cli/verbs.h"
#include "cli/wishes.h"

namespace crafter::cli {
namespace {

Result<UpdateWish> wish_of(const Session& session, const Crafter& crafter) {
  const Arguments& arguments = session.arguments();
  if (arguments.values("--form").size() > 1)
    return Failure(Fault::usage, "usage.form", "one server is updated by one form",
                   "give --form once");
  const ReadFile read = [&](const std::string& path) { return read_named_file(session, path); };
  TRY(auto fields, overrides_of(arguments, deployments_of(crafter.catalog()), read));
  UpdateWish wish{.name = arguments.operand(0),
                  .changes = bare_form(session, {}),
                  .style = conflict_style(arguments.value("--conflict", "refuse"))
                               .value_or(ConflictStyle::refuse),
                  .proof = proof_wish(arguments)};
  if (arguments.has("--form")) {
    TRY(wish.changes, read_form_source(session, arguments.value("--form")));
  }
  wish.changes.overrides = std::move(fields);
  return wish;
}

JsonArray data_of(const std::vector<FileChange>& changes) {
  JsonArray files;
  for (const FileChange& change : changes)
    files.push_back({{"path", change.path}, {"what", change.what}, {"diff", change.diff}});
  return files;
}

std::string shown(const FileChange& change) {
  std::string text = fmt::format("{} {}\n", change.what, harmless(change.path));
  if (change.diff.empty()) return text;
  return text + fmt::format("--- a/{0}\n+++ b/{0}\n", harmless(change.path)) +
         harmless(change.diff);
}

std::string summary(const std::vector<FileChange>& changes) {
  std::vector<std::vector<std::string>> rows;
  for (const FileChange& change : changes) rows.push_back({change.what, harmless(change.path)});
  return table(rows, 2);
}

Answer answer_of(const UpdatePreview& preview) {
  Answer answer{.data = {{"server_name", preview.server_name},
                         {"path", preview.path},
                         {"files", data_of(preview.files)},
                         {"nothing", preview.is_nothing}},
                .warnings = preview.warnings};
  for (const FileChange& change : preview.files) answer.text += shown(change);
  answer.words = preview.is_nothing
                     ? fmt::format("{}: nothing to do\n", preview.server_name)
                     : fmt::format("{} would be updated; nothing was written\n",
                                   preview.server_name);
  return answer;
}

bool is_conflict(const FileChange& change) { return change.what == "conflict"; }

Failure conflicts_in(const std::string& name, const std::vector<FileChange>& changes,
                     std::string_view fact, std::string_view hint) {
  std::vector<Diagnostic> all;
  for (const FileChange& change : changes)
    if (is_conflict(change))
      all.push_back({.code = "update.conflict",
                     .file = fmt::format("{}/{}", name, change.path),
                     .message = std::string(fact),
                     .hint = std::string(hint)});
  return {Fault::conflict, std::move(all)};
}

/// Nothing is known of a build, for there was none.
Answer nothing_to_do(const UpdateWish& wish, const Crafter& crafter) {
  return {.data = {{"build_id", Json()},
                   {"server_name", wish.name},
                   {"path", fmt::format("{}/{}", *crafter.workspace(), wish.name)},
                   {"status", "unchanged"},
                   {"progress", 100},
                   {"proof", Json()},
                   {"files", JsonArray()}},
          .words = fmt::format("{}: nothing to do\n", wish.name)};
}

Result<Answer> worked(const Session& session, Crafter& crafter, const std::string& build_id) {
  const auto listener = [&](const Event& event) {
    if (!is_final(event.state))
      session.say(fmt::format("{}: {:3}% {}\n", event.server_name, event.progress, event.step));
  };
  TRY(const Made made, crafter.work(build_id, listener, session.outside().stop));
  Answer answer = answer_of(made, session.manner());
  answer.data.as_object()["files"] = data_of(made.changes);
  if (answer.failure) return answer;
  const std::string& name = made.build.server_name;
  answer.words = fmt::format("{} is updated, {}\n{}", name, told(made.proof, name),
                             summary(made.changes));
  if (std::ranges::any_of(made.changes, is_conflict))
    answer.failure = conflicts_in(name, made.changes, "a conflict was written",
                                  fmt::format("settle it, then: mcp-crafter check {}", name));
  return answer;
}

}  // namespace

Result<Answer> update(const Session& session) {
  TRY(Crafter crafter, session.open());
  TRY(const UpdateWish wish, wish_of(session, crafter));
  if (session.arguments().has("--dry-run")) {
    TRY(const UpdatePreview preview, crafter.preview_update(wish));
    Answer answer = answer_of(preview);
    if (preview.has_obstacle)
      answer.failure = conflicts_in(wish.name, preview.files, "update would stop here",
                                    "--conflict says how to write it");
    return answer;
  }
  TRY(const Ticket submitted, crafter.submit_update(wish));
  if (submitted.build_id.empty()) return nothing_to_do(wish, crafter);
  return worked(session, crafter, submitted.build_id);
}

Result<Answer> diff(const Session& session) {
  TRY(const Crafter crafter, session.open());
  TRY(const UpdateWish wish, wish_of(session, crafter));
  TRY(const UpdatePreview preview, crafter.preview_update(wish));
  Answer answer = answer_of(preview);
  if (session.arguments().has("--exit-code") && !preview.is_nothing)
    answer.failure = Failure(Fault::conflict, "drift.update",
                             fmt::format("update would change {}", wish.name));
  return answer;
}

}  // namespace crafter::cli
