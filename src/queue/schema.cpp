// Makes state.db, or refuses what is not ours to touch.

#include "queue/schema.h"

#include <fmt/core.h>

#include "os/disk.h"
#include "os/path.h"

namespace crafter {
namespace {

/// "needs" is the lowest version of the program that reads this schema.
constexpr const char* kTables = R"sql(
CREATE TABLE about (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO about VALUES ('needs', '0.1.0');

CREATE TABLE builds (
  ordinal     INTEGER PRIMARY KEY,  -- the order in which they were added
  id          TEXT    NOT NULL UNIQUE CHECK (length(id) = 36),
  server_name TEXT    NOT NULL CHECK (server_name <> ''),
  kind        TEXT    NOT NULL CHECK (kind IN ('create', 'update', 'delete')),
  state       TEXT    NOT NULL
              CHECK (state IN ('pending', 'in_progress', 'success', 'failed', 'cancelled')),
  progress    INTEGER NOT NULL CHECK (progress BETWEEN 0 AND 100),
  step        TEXT    NOT NULL,
  message     TEXT    NOT NULL,
  created_at  TEXT    NOT NULL,
  finished_at TEXT    NOT NULL,
  attempts    INTEGER NOT NULL CHECK (attempts BETWEEN 0 AND 3),
  form        TEXT    NOT NULL,
  diagnostics TEXT    NOT NULL,
  owner       TEXT    NOT NULL,     -- the process that works on it, or will
  lease_until INTEGER NOT NULL,     -- milliseconds since that machine's boot
  cancel      INTEGER NOT NULL CHECK (cancel IN (0, 1)),  -- somebody wishes it
  CHECK ((finished_at = '') = (state IN ('pending', 'in_progress')))
) STRICT;
CREATE UNIQUE INDEX running ON builds (server_name) WHERE state = 'in_progress';
CREATE INDEX unfinished ON builds (state, ordinal) WHERE state IN ('pending', 'in_progress');
CREATE TRIGGER legal_changes BEFORE UPDATE OF state ON builds
WHEN OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN (VALUES
  ('pending', 'in_progress'), ('pending', 'cancelled'), ('in_progress', 'success'),
  ('in_progress', 'failed'), ('in_progress', 'cancelled'), ('in_progress', 'pending'))
BEGIN SELECT RAISE(ABORT, 'a build cannot change its state like that'); END;
CREATE TRIGGER born_pending BEFORE INSERT ON builds WHEN NEW.state <> 'pending'
BEGIN SELECT RAISE(ABORT, 'a build begins as pending'); END;
CREATE TRIGGER no_build_is_lost BEFORE DELETE ON builds
BEGIN SELECT RAISE(ABORT, 'builds are kept'); END;

CREATE TABLE events (
  number      INTEGER PRIMARY KEY,
  build_id    TEXT    NOT NULL REFERENCES builds (id),
  server_name TEXT    NOT NULL,
  state       TEXT    NOT NULL,
  progress    INTEGER NOT NULL,
  step        TEXT    NOT NULL,
  message     TEXT    NOT NULL,
  at          TEXT    NOT NULL
) STRICT;
CREATE INDEX events_of_build ON events (build_id, number);
CREATE TRIGGER no_gap BEFORE INSERT ON events
WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM events)
BEGIN SELECT RAISE(ABORT, 'events are numbered without gaps'); END;
CREATE TRIGGER no_event_changes BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'events are kept as they are'); END;
CREATE TRIGGER no_event_is_lost BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'events are kept'); END;

CREATE TABLE servers (
  name     TEXT PRIMARY KEY,
  build_id TEXT NOT NULL REFERENCES builds (id)
) STRICT, WITHOUT ROWID;
)sql";

constexpr const char* kConnection =
    "PRAGMA synchronous = FULL;"
    "PRAGMA foreign_keys = ON;"
    "PRAGMA trusted_schema = OFF;"
    "PRAGMA cell_size_check = ON;"
    "PRAGMA journal_size_limit = 8388608;";

/// Puts an empty, private file in its place by one rename from the stage: a kill may leave it.
/// To open it by hand, even once, would drop the locks that SQLite holds for this process.
Result<> place_file(Directory& folder, const std::string& name) {
  constexpr std::string_view kFresh = "stage/journal/state.db";
  TRY(folder.write(kFresh, "", Access::secret));
  return folder.rename(kFresh, name);
}

/// Makes the file unless it is there. When several processes do, one of them wins.
Result<> make_file(const std::string& path) {
  const auto [above, name] = split_path(path);
  TRY(const auto folder, create_disk(above.empty() ? "." : above, /*is_private=*/true));
  TRY(const auto there, folder->look(name));
  if (there && there->kind != EntryKind::file)
    return Failure(Fault::conflict, "state.foreign", fmt::format("{} is no file", path));
  if (there) return {};
  const auto placed = place_file(*folder, name);
  static_cast<void>(folder->remove("stage/journal"));
  TRY(const auto now, folder->look(name));
  return now ? folder->sync() : placed;
}

Failure newer(Database& database, const std::string& path, std::int64_t version) {
  const auto needs = database.text("SELECT value FROM about WHERE name = 'needs'");
  const bool is_known = needs && !needs->empty();
  return {
      Fault::unavailable, "state.newer",
      fmt::format("{} has format {}, this program knows {}", path, version, kSchemaVersion),
      is_known ? fmt::format("use MCP Crafter {} or later", *needs) : "use a later MCP Crafter"};
}

/// Whether the tables are there. Reads only, three times: to be asked within a transaction.
Result<bool> is_prepared(Database& database, const std::string& path) {
  TRY(const auto application, database.number("PRAGMA application_id"));
  TRY(const auto version, database.number("PRAGMA user_version"));
  TRY(const auto tables, database.number("SELECT count(*) FROM sqlite_schema"));
  if (application == 0 && version == 0 && tables == 0) return false;
  if (application != kApplicationId)
    return Failure(Fault::unavailable, "state.foreign",
                   fmt::format("{} belongs to another program", path), "move it away");
  if (version > kSchemaVersion) return newer(database, path, version);
  return true;
}

Result<> make_tables(Database& database, const std::string& path) {
  TRY(const bool is_done, is_prepared(database, path));  // again: now nobody else can write
  if (is_done) return {};
  TRY(database.run(kTables));
  const auto marks = fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {};",
                                 kApplicationId, kSchemaVersion);
  return database.run(marks.c_str());
}

Result<> prepare(Database& database, const std::string& path) {
  TRY(database.run("BEGIN"));
  const auto looked = is_prepared(database, path);
  TRY(database.run("ROLLBACK"));
  TRY(const bool is_done, looked);
  TRY(const std::string mode, database.text("PRAGMA journal_mode = WAL"));
  if (mode != "wal")
    return Failure(Fault::unavailable, "state.wal",
                   fmt::format("{} is on a file system without shared memory", path));
  TRY(database.run(kConnection));
  if (is_done) return {};
  TRY(database.run("BEGIN IMMEDIATE"));
  auto made = make_tables(database, path);
  if (made) made = database.run("COMMIT");
  if (!made) static_cast<void>(database.run("ROLLBACK"));
  return made;
}

}  // namespace

/// Processes that switch a new file to WAL at once do not wait for one another but fail: so each
/// waits briefly and begins again.
Result<Database> open_for_writing(const std::string& path) {
  constexpr int kAttempts = 200;
  TRY(make_file(path));
  for (int attempt = 1;; ++attempt) {
    TRY(Database database, Database::open(path, Database::Mode::write));
    database.wait_at_most(kBusyMilliseconds / kAttempts);
    const auto prepared = prepare(database, path);
    database.wait_at_most(kBusyMilliseconds);
    if (prepared) return database;
    const bool is_busy = prepared.failure().diagnostics().front().code == "state.busy";
    if (!is_busy || attempt == kAttempts) return prepared.failure();
    sqlite3_sleep(5);
  }
}

Result<Database> open_for_reading(const std::string& path) {
  TRY(Database database, Database::open(path, Database::Mode::read));
  TRY(database.run("PRAGMA query_only = ON; PRAGMA trusted_schema = OFF;"));
  return database;
}

}  // namespace crafter
