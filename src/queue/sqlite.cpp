// SQLite's answers as Results.

#include "queue/sqlite.h"

#include <fmt/core.h>

#include <chrono>
#include <thread>

namespace crafter {
namespace {

/// What an answer of SQLite's means to us; extended codes are folded to their kind.
struct Meaning {
  int code;
  const char* name;
  const char* fact;
  const char* hint;
};

constexpr Meaning kMeanings[] = {
    {SQLITE_BUSY, "state.busy", "other processes keep it locked", "try again"},
    {SQLITE_LOCKED, "state.busy", "other processes keep it locked", "try again"},
    {SQLITE_CORRUPT, "state.corrupt", "it is damaged",
     "restore it or move it away; the projects beside it are not touched"},
    {SQLITE_NOTADB, "state.corrupt", "it is no database",
     "restore it or move it away; the projects beside it are not touched"},
    {SQLITE_FULL, "state.full", "no space is left on the device", "free some"},
    {SQLITE_IOERR, "state.io", "the device reports an error", ""},
    {SQLITE_CANTOPEN, "state.access", "it cannot be opened", ""},
    {SQLITE_READONLY, "state.access", "it may not be written", ""},
    {SQLITE_PERM, "state.access", "permission denied", ""},
    {SQLITE_AUTH, "state.access", "permission denied", ""},
    {SQLITE_NOMEM, "state.memory", "no memory is left", ""},
};

Failure failure_of(int code, const std::string& path, const char* words) {
  for (const Meaning& meaning : kMeanings)
    if (meaning.code == (code & 0xff))
      return {Fault::unavailable, meaning.name,
              fmt::format("cannot use {}: {} ({})", path, meaning.fact, words), meaning.hint};
  return {Fault::internal, "state.sql", fmt::format("{}: {}", path, words)};
}

/// Pauses as long each time, unlike SQLite's own handler, whose pauses grow to 100 ms: with those a
/// process that hardly pauses between its transactions keeps all others out.
constexpr int kPauseMicroseconds = 500;

int pause(void* most, int times) {
  if (times >= *static_cast<const int*>(most)) return 0;
  std::this_thread::sleep_for(std::chrono::microseconds(kPauseMicroseconds));
  return 1;
}

}  // namespace

std::string Row::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (bytes == nullptr) return "";
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

Result<Database> Database::open(const std::string& path, Mode mode) {
  const int access = mode == Mode::write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle,
                                   access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  Database database(handle, path);  // SQLite wants it closed even when it could not be opened
  if (code != SQLITE_OK) return database.failure(code);
  database.wait_at_most(kBusyMilliseconds);
  return database;
}

void Database::wait_at_most(int milliseconds) {
  *pauses_ = milliseconds * 1000 / kPauseMicroseconds;
  sqlite3_busy_handler(handle_.get(), pause, pauses_.get());
}

Result<> Database::run(const char* sql) {
  const int code = sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return failure(code);
  return {};
}

Failure Database::failure(int code) const {
  const char* words = handle_ ? sqlite3_errmsg(handle_.get()) : sqlite3_errstr(code);
  return failure_of(code, path_, words);
}

Database::Use::~Use() {
  if (!node_) return;  // moved from
  sqlite3_reset(statement());
  sqlite3_clear_bindings(statement());
  idle_->insert(std::move(node_));
}

Result<Database::Use> Database::prepare_bare(std::string_view sql) {
  if (const auto found = idle_.find(sql); found != idle_.end())
    return Use(idle_, idle_.extract(found));
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return failure(code);
  Idle fresh;
  fresh.try_emplace(std::string(sql), statement);
  return Use(idle_, fresh.extract(fresh.begin()));
}

void Database::bind(sqlite3_stmt* statement, int index, std::string_view text) {
  sqlite3_bind_text64(statement, index, text.data() == nullptr ? "" : text.data(), text.size(),
                      SQLITE_TRANSIENT, SQLITE_UTF8);
}

void Database::bind(sqlite3_stmt* statement, int index, std::int64_t number) {
  sqlite3_bind_int64(statement, index, number);
}

}  // namespace crafter
