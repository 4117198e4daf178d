// Builds, events and servers as they stand in the tables.

#pragma once

#include <string>
#include <vector>

#include "queue/job.h"
#include "queue/sqlite.h"

namespace crafter {

/// The builds that `where` selects ("WHERE id = ?", with what it binds), in its order.
template <class... Values>
Result<std::vector<Job>> read_jobs(Database& database, std::string_view where,
                                   const Values&... values);

/// not_found with code "build.unknown".
Result<Job> read_job(Database& database, const std::string& id);

/// conflict with code "build.asked" when the asker's key is taken.
Result<> check_unasked(Database& database, const Asker& asker);

Result<> insert_job(Database& database, const Job& job);

/// Writes what can change of a job: all but id, name, kind, form, asker and time of birth.
Result<> update_job(Database& database, const Job& job);

/// Adds the next event: what `build` is now.
Result<> append_event(Database& database, const Build& build, const std::string& at);

Result<std::vector<Event>> read_events(Database& database, std::int64_t after,
                                       const std::string& build_id, int count);
/// Puts the server of a build that succeeded into the list; one that deleted it takes it out.
Result<> list_server(Database& database, const Build& build);
Result<std::vector<ServerRow>> read_servers(Database& database);

std::string write_diagnostics(const std::vector<Diagnostic>& diagnostics);

/// The columns of a build, in the order in which `job_of` reads them.
inline constexpr std::string_view kJobColumns =
    "SELECT id, server_name, kind, state, progress, step, message, created_at, finished_at, "
    "attempts, form, diagnostics, owner, lease_until, cancel, principal, idempotency_key, request "
    "FROM builds ";
Result<Job> job_of(const Row& row);

template <class... Values>
Result<std::vector<Job>> read_jobs(Database& database, std::string_view where,
                                   const Values&... values) {
  std::vector<Job> jobs;
  Result<> sound;
  TRY(database.each(
      std::string(kJobColumns) + std::string(where),
      [&](const Row& row) {
        auto job = job_of(row);
        if (job) jobs.push_back(*std::move(job));
        if (!job) sound = std::move(job).failure();
      },
      values...));
  TRY(sound);
  return jobs;
}

}  // namespace crafter
