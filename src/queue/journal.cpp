// The life of builds, one transaction per step.

#include "queue/journal.h"

#include <fmt/core.h>

#include <map>
#include <mutex>

#include "base/assert.h"
#include "base/digest.h"
#include "os/identity.h"
#include "queue/backlog.h"
#include "queue/rows.h"
#include "queue/schema.h"
#include "queue/writer.h"

namespace crafter {
namespace {

class SqliteJournal final : public Journal {
 public:
  SqliteJournal(Database writer, Database reader, const Clock& clock)
      : clock_(clock), writer_(std::move(writer)), reader_(std::move(reader)) {}

  Result<Build> add(std::string_view kind, const std::string& server_name, const Json& form,
                    const Asker& asker) override;
  Result<> start(const std::string& id) override;
  Result<> progress(const std::string& id, int progress, std::string_view step,
                    std::string_view message) override;
  Result<> finish(const std::string& id, BuildState state, std::string_view message,
                  const std::vector<Diagnostic>& diagnostics) override;
  Result<BuildState> cancel(const std::string& id) override;
  Result<> heartbeat(const std::string& id) override;
  Result<std::vector<std::string>> take_over() override;

  [[nodiscard]] Result<std::optional<Build>> find(const std::string& id) const override;
  [[nodiscard]] Result<std::optional<Build>> asked(const std::string& principal,
                                                   const std::string& key) const override;
  [[nodiscard]] Result<std::vector<Build>> latest(int count) const override;
  [[nodiscard]] Result<std::vector<std::string>> running() const override;
  [[nodiscard]] Result<std::vector<Event>> events(std::int64_t after, const std::string& id,
                                                  int count) const override;
  [[nodiscard]] Result<std::vector<ServerRow>> servers() const override;

 private:
  [[nodiscard]] std::string now() const { return rfc3339(clock_.wall_milliseconds()); }
  void take(Job& job) const { crafter::take(job, self_, clock_.monotonic_milliseconds()); }
  [[nodiscard]] Result<> save(Database& database, const Job& job) const;
  [[nodiscard]] Result<std::vector<std::string>> orphans(Database& database) const;

  template <class Work>
  auto read(Work work) const {
    const std::lock_guard lock(reader_mutex_);
    return work(reader_);
  }

  const Clock& clock_;
  const std::string self_ = process_identity();
  Writer writer_;
  Backlog backlog_;  // of whoever writes
  mutable std::mutex reader_mutex_;
  mutable Database reader_;
};

BuildEvent event_to(BuildState state) {
  CRAFTER_ASSERT(is_final(state));
  if (state == BuildState::success) return BuildEvent::succeed;
  return state == BuildState::failed ? BuildEvent::fail : BuildEvent::cancel;
}

/// Writes the build and the event that says so.
Result<> SqliteJournal::save(Database& database, const Job& job) const {
  TRY(update_job(database, job));
  return append_event(database, job.build, now());
}

Result<Build> SqliteJournal::add(std::string_view kind, const std::string& server_name,
                                 const Json& form, const Asker& asker) {
  const std::int64_t wall = clock_.wall_milliseconds();
  Job job{.build = {.id = uuid_v7(wall, clock_.random_bytes()),
                    .server_name = server_name,
                    .kind = std::string(kind),
                    .created_at = rfc3339(wall),
                    .form = form,
                    .asker = asker}};
  take(job);
  return writer_.transact([&](Database& database) -> Result<Build> {
    TRY(const auto waiting, backlog_.excess(database));
    if (waiting > 0)
      return Failure(Fault::unavailable, "queue.full",
                     fmt::format("{} builds wait already", waiting), "try again later");
    TRY(check_unasked(database, asker));
    TRY(insert_job(database, job));
    TRY(append_event(database, job.build, job.build.created_at));
    return job.build;
  });
}

Result<> SqliteJournal::start(const std::string& id) {
  return writer_.transact([&](Database& database) -> Result<> {
    TRY(Job job, read_job(database, id));
    const auto state = after(job.build.state, BuildEvent::start);
    if (!state) return cannot(job.build, "start");
    TRY(const std::string other,
        database.text("SELECT id FROM builds WHERE server_name = ? AND state = 'in_progress'",
                      job.build.server_name));
    if (!other.empty())
      return Failure(Fault::conflict, "build.busy",
                     fmt::format("build {} of {} is running", other, job.build.server_name),
                     "wait for it, or cancel it");
    job.build.state = *state;
    job.build.progress = 0;
    job.build.step.clear();
    job.build.message.clear();
    take(job);
    return save(database, job);
  });
}

Result<> SqliteJournal::progress(const std::string& id, int progress, std::string_view step,
                                 std::string_view message) {
  return writer_.transact([&](Database& database) -> Result<> {
    TRY(Job job, read_job(database, id));
    if (job.build.state != BuildState::in_progress) return cannot(job.build, "go on");
    TRY(check_held(job, self_));
    TRY(check_wanted(job, progress));
    job.build.progress = progress;
    job.build.step = step;
    job.build.message = message;
    take(job);
    return save(database, job);
  });
}

Result<> SqliteJournal::finish(const std::string& id, BuildState state, std::string_view message,
                               const std::vector<Diagnostic>& diagnostics) {
  return writer_.transact([&](Database& database) -> Result<> {
    TRY(Job job, read_job(database, id));
    if (!after(job.build.state, event_to(state))) return cannot(job.build, "end like that");
    if (job.build.state == BuildState::in_progress) TRY(check_held(job, self_));
    close(job, state, message, now());
    job.build.diagnostics = diagnostics;
    if (state == BuildState::success) {
      job.build.progress = 100;
      job.build.step = "done";
      TRY(list_server(database, job.build));
    }
    return save(database, job);
  });
}

Result<BuildState> SqliteJournal::cancel(const std::string& id) {
  return writer_.transact([&](Database& database) -> Result<BuildState> {
    TRY(Job job, read_job(database, id));
    if (is_final(job.build.state)) return cannot(job.build, "be cancelled");
    job.cancel = true;
    job.build.message = "somebody asked to cancel it";
    if (job.build.state == BuildState::pending)
      close(job, BuildState::cancelled, "cancelled", now());
    TRY(save(database, job));
    return job.build.state;
  });
}

Result<> SqliteJournal::heartbeat(const std::string& id) {
  return writer_.transact([&](Database& database) -> Result<> {
    TRY(Job job, read_job(database, id));
    TRY(check_held(job, self_));
    TRY(check_wanted(job, job.build.progress));
    take(job);
    return update_job(database, job);
  });
}

/// Ids of unfinished builds whose process is gone, or does not answer while they run. A build that
/// only waits stays with its process as long as that may live: it alone knows the secrets.
Result<std::vector<std::string>> SqliteJournal::orphans(Database& database) const {
  const std::int64_t clock = clock_.monotonic_milliseconds();
  std::map<std::string, Life> lives{{self_, Life::lives}};
  std::vector<std::string> ids;
  const auto visit = [&](const Row& row) {
    const std::string owner = row.text(1);
    const auto [life, is_new] = lives.try_emplace(owner);
    if (is_new) life->second = process_life(owner);
    const bool may_wait = life->second == Life::lives && row.text(2) == "pending";
    const bool is_late = owner != self_ && !may_wait && row.number(3) < clock;
    if (life->second == Life::gone || is_late) ids.push_back(row.text(0));
  };
  TRY(
      database.each("SELECT id, owner, state, lease_until FROM builds "
                    "WHERE state IN ('pending', 'in_progress') ORDER BY ordinal",
                    visit));
  return ids;
}

/// Looks without a lock first: mostly there is nothing to do, and that is not worth a transaction.
Result<std::vector<std::string>> SqliteJournal::take_over() {
  TRY(const auto suspects, read([&](Database& database) { return orphans(database); }));
  if (suspects.empty()) return suspects;
  return writer_.transact([&](Database& database) -> Result<std::vector<std::string>> {
    TRY(const auto still, orphans(database));
    std::vector<std::string> taken;
    for (const std::string& id : still) {
      TRY(Job job, read_job(database, id));
      const bool ran = job.build.state == BuildState::in_progress;
      if (ran) release(job, now());
      if (job.build.state == BuildState::pending) {
        take(job);
        taken.push_back(id);
      }
      TRY(ran ? save(database, job) : update_job(database, job));
    }
    return taken;
  });
}

Result<std::optional<Build>> SqliteJournal::find(const std::string& id) const {
  TRY(auto jobs, read([&](Database& database) { return read_jobs(database, "WHERE id = ?", id); }));
  if (jobs.empty()) return std::optional<Build>();
  return std::optional(std::move(jobs.front().build));
}

Result<std::optional<Build>> SqliteJournal::asked(const std::string& principal,
                                                  const std::string& key) const {
  TRY(auto jobs, read([&](Database& database) {
        return read_jobs(database, "WHERE principal = ? AND idempotency_key = ?", principal, key);
      }));
  if (key.empty() || jobs.empty()) return std::optional<Build>();
  return std::optional(std::move(jobs.front().build));
}

Result<std::vector<Build>> SqliteJournal::latest(int count) const {
  TRY(auto jobs, read([&](Database& database) {
        return read_jobs(database, "ORDER BY ordinal DESC LIMIT ?", count);
      }));
  std::vector<Build> builds;
  for (Job& job : jobs) builds.push_back(std::move(job.build));
  return builds;
}

Result<std::vector<std::string>> SqliteJournal::running() const {
  std::vector<std::string> ids;
  TRY(read([&](Database& database) {
    return database.each(  // the first condition says which index serves the second
        "SELECT id FROM builds WHERE state IN ('pending', 'in_progress') "
        "AND state = 'in_progress' ORDER BY ordinal",
        [&](const Row& row) { ids.push_back(row.text(0)); });
  }));
  return ids;
}

Result<std::vector<Event>> SqliteJournal::events(std::int64_t after, const std::string& id,
                                                 int count) const {
  return read([&](Database& database) { return read_events(database, after, id, count); });
}

Result<std::vector<ServerRow>> SqliteJournal::servers() const { return read(read_servers); }

}  // namespace

Result<std::unique_ptr<Journal>> Journal::open(const std::string& path, const Clock& clock) {
  TRY(Database writer, open_for_writing(path));
  TRY(Database reader, open_for_reading(path));
  return std::unique_ptr<Journal>(
      std::make_unique<SqliteJournal>(std::move(writer), std::move(reader), clock));
}

}  // namespace crafter
