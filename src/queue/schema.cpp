// Makes state.db, or refuses what is not ours to touch.

#include "queue/schema.h"

#include <fmt/core.h>

#include "os/disk.h"
#include "os/path.h"
#include "queue/schema_steps.h"

namespace crafter {
namespace {

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

/// The format of the tables that are there, 0 when there are none. Reads only, three times: to be
/// asked within a transaction.
Result<std::int64_t> format_of(Database& database, const std::string& path) {
  TRY(const auto application, database.number("PRAGMA application_id"));
  TRY(const auto version, database.number("PRAGMA user_version"));
  TRY(const auto tables, database.number("SELECT count(*) FROM sqlite_schema"));
  if (application == 0 && version == 0 && tables == 0) return 0;
  if (application != kApplicationId)
    return Failure(Fault::unavailable, "state.foreign",
                   fmt::format("{} belongs to another program", path), "move it away");
  if (version > kSchemaVersion) return newer(database, path, version);
  return version;
}

Result<> make_tables(Database& database, const std::string& path) {
  TRY(const auto format, format_of(database, path));  // again: now nobody else can write
  for (auto step = static_cast<std::size_t>(format); step < kSchemaSteps.size(); ++step)
    TRY(database.run(kSchemaSteps[step]));
  const auto marks = fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {};",
                                 kApplicationId, kSchemaVersion);
  return database.run(marks.c_str());
}

Result<> prepare(Database& database, const std::string& path) {
  TRY(database.run("BEGIN"));
  const auto looked = format_of(database, path);
  TRY(database.run("ROLLBACK"));
  TRY(const auto format, looked);
  TRY(const std::string mode, database.text("PRAGMA journal_mode = WAL"));
  if (mode != "wal")
    return Failure(Fault::unavailable, "state.wal",
                   fmt::format("{} is on a file system without shared memory", path));
  TRY(database.run(kConnection));
  if (format == kSchemaVersion) return {};
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
