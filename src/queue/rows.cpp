// Values to columns and back.

#include "queue/rows.h"

#include <fmt/core.h>

namespace crafter {
namespace {

Failure damaged(std::string_view what) {
  return {Fault::unavailable, "state.corrupt", fmt::format("the journal holds {}", what)};
}

Json json_of(const Diagnostic& one) {
  return JsonObject{{"severity", one.severity == Severity::error ? "error" : "warning"},
                    {"code", one.code},
                    {"pointer", one.pointer},
                    {"file", one.file},
                    {"line", one.line},
                    {"column", one.column},
                    {"message", one.message},
                    {"hint", one.hint}};
}

int number_of(const Json& object, std::string_view name) {
  const Json* member = find(object, name);
  return member != nullptr && member->is_int64() ? static_cast<int>(member->as_int64()) : 1;
}

Diagnostic diagnostic_of(const Json& json) {
  const auto text = [&](std::string_view name) { return std::string(text_of(json, name)); };
  return {.severity = text("severity") == "warning" ? Severity::warning : Severity::error,
          .code = text("code"),
          .pointer = text("pointer"),
          .file = text("file"),
          .line = number_of(json, "line"),
          .column = number_of(json, "column"),
          .message = text("message"),
          .hint = text("hint")};
}

Result<std::vector<Diagnostic>> read_diagnostics(const std::string& text) {
  TRY(const Json json, parse_json(text, "diagnostics", kTrusted));
  if (!json.is_array()) return damaged("diagnostics that are no list");
  std::vector<Diagnostic> diagnostics;
  for (const Json& one : json.as_array()) diagnostics.push_back(diagnostic_of(one));
  return diagnostics;
}

Result<BuildState> read_state(const std::string& text) {
  const auto state = build_state(text);
  if (!state) return damaged(fmt::format("an unknown state \"{}\"", text));
  return *state;
}

}  // namespace

std::string write_diagnostics(const std::vector<Diagnostic>& diagnostics) {
  JsonArray list;
  for (const Diagnostic& one : diagnostics) list.push_back(json_of(one));
  return write_json(list);
}

Result<Job> job_of(const Row& row) {
  TRY(const BuildState state, read_state(row.text(3)));
  TRY(Json form, parse_json(row.text(10), "form", kTrusted));
  TRY(auto diagnostics, read_diagnostics(row.text(11)));
  Build build{.id = row.text(0),
              .server_name = row.text(1),
              .kind = row.text(2),
              .state = state,
              .progress = static_cast<int>(row.number(4)),
              .step = row.text(5),
              .message = row.text(6),
              .created_at = row.text(7),
              .finished_at = row.text(8),
              .attempts = static_cast<int>(row.number(9)),
              .form = std::move(form),
              .diagnostics = std::move(diagnostics),
              .asker = {row.text(15), row.text(16), row.text(17)}};
  return Job{std::move(build), row.text(12), row.number(13), row.number(14) != 0};
}

Result<Job> read_job(Database& database, const std::string& id) {
  TRY(auto jobs, read_jobs(database, "WHERE id = ?", id));
  if (jobs.empty())
    return Failure(Fault::not_found, "build.unknown", fmt::format("there is no build {}", id),
                   "`status` lists the latest builds");
  return std::move(jobs.front());
}

Result<> check_unasked(Database& database, const Asker& asker) {
  if (asker.key.empty()) return {};
  TRY(const std::string id,
      database.text("SELECT id FROM builds WHERE principal = ? AND idempotency_key = ?",
                    asker.principal, asker.key));
  if (id.empty()) return {};
  return Failure(Fault::conflict, "build.asked",
                 fmt::format("the key was used for build {}", id), "take another key");
}

Result<> insert_job(Database& database, const Job& job) {
  const Build& build = job.build;
  TRY(database.change(
      "INSERT INTO builds (id, server_name, kind, state, progress, step, message, created_at, "
      "finished_at, attempts, form, diagnostics, owner, lease_until, cancel, "
      "principal, idempotency_key, request) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      build.id, build.server_name, build.kind, spelled(build.state), build.progress, build.step,
      build.message, build.created_at, build.finished_at, build.attempts, write_json(build.form),
      write_diagnostics(build.diagnostics), job.owner, job.lease_until, job.cancel ? 1 : 0,
      build.asker.principal, build.asker.key, build.asker.request));
  return {};
}

Result<> update_job(Database& database, const Job& job) {
  const Build& build = job.build;
  TRY(database.change(
      "UPDATE builds SET state = ?, progress = ?, step = ?, message = ?, finished_at = ?, "
      "attempts = ?, diagnostics = ?, owner = ?, lease_until = ?, cancel = ? WHERE id = ?",
      spelled(build.state), build.progress, build.step, build.message, build.finished_at,
      build.attempts, write_diagnostics(build.diagnostics), job.owner, job.lease_until,
      job.cancel ? 1 : 0, build.id));
  return {};
}

Result<> append_event(Database& database, const Build& build, const std::string& at) {
  TRY(database.change(
      "INSERT INTO events (number, build_id, server_name, state, progress, step, message, at) "
      "SELECT coalesce(max(number), 0) + 1, ?, ?, ?, ?, ?, ?, ? FROM events",
      build.id, build.server_name, spelled(build.state), build.progress, build.step, build.message,
      at));
  return {};
}

Result<std::vector<Event>> read_events(Database& database, std::int64_t after,
                                       const std::string& build_id, int count) {
  constexpr std::string_view kAll =
      "SELECT number, build_id, server_name, state, progress, step, message, at FROM events "
      "WHERE number > ?1 AND ?2 = '' ORDER BY number LIMIT ?3";
  constexpr std::string_view kOfOne =
      "SELECT number, build_id, server_name, state, progress, step, message, at FROM events "
      "WHERE number > ?1 AND build_id = ?2 ORDER BY number LIMIT ?3";
  std::vector<Event> events;
  Result<> sound;
  TRY(database.each(
      build_id.empty() ? kAll : kOfOne,
      [&](const Row& row) {
        const auto state = read_state(row.text(3));
        if (!state) sound = state.failure();
        events.push_back({row.number(0), row.text(1), row.text(2),
                          state ? *state : BuildState::pending, static_cast<int>(row.number(4)),
                          row.text(5), row.text(6), row.text(7)});
      },
      after, build_id, count));
  TRY(sound);
  return events;
}

Result<> list_server(Database& database, const Build& build) {
  if (build.kind == "delete") {
    TRY(database.change("DELETE FROM servers WHERE name = ?", build.server_name));
    return {};
  }
  TRY(
      database.change("INSERT INTO servers (name, build_id, principal) VALUES (?, ?, ?) "
                      "ON CONFLICT (name) DO UPDATE SET build_id = excluded.build_id",
                      build.server_name, build.id, build.asker.principal));
  return {};
}

Result<std::vector<ServerRow>> read_servers(Database& database) {
  std::vector<ServerRow> servers;
  TRY(database.each("SELECT name, build_id, principal FROM servers ORDER BY name",
                    [&](const Row& row) {
                      servers.push_back({row.text(0), row.text(1), row.text(2)});
                    }));
  return servers;
}

}  // namespace crafter
