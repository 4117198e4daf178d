// Bare SQLite, one thread, one durable transaction for each step of a job; tells jobs and seconds
// as JSON.

#include <sqlite3.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

void run(sqlite3* database, const char* sql) {
  if (sqlite3_exec(database, sql, nullptr, nullptr, nullptr) == SQLITE_OK) return;
  std::fprintf(stderr, "%s: %s\n", sql, sqlite3_errmsg(database));
  std::exit(1);
}

/// Runs a prepared statement for one job.
void step(sqlite3* database, sqlite3_stmt* statement, int job) {
  sqlite3_bind_int(statement, 1, job);
  if (sqlite3_step(statement) != SQLITE_DONE) run(database, "SELECT failed");
  sqlite3_reset(statement);
}

}  // namespace

int main(int count, char** words) {
  if (count != 4) {
    std::fprintf(stderr, "usage: %s FILE JOBS 1|3 (steps of a job)\n", words[0]);
    return 2;
  }
  sqlite3* database = nullptr;
  sqlite3_open(words[1], &database);
  run(database, "PRAGMA journal_mode = WAL");
  run(database, "PRAGMA synchronous = FULL");
  run(database, "CREATE TABLE jobs (id INTEGER PRIMARY KEY, state TEXT, form TEXT)");
  constexpr const char* kSteps[] = {
      "INSERT INTO jobs VALUES (?, 'pending', '{\"form\": {\"server_name\": \"server\"}}')",
      "UPDATE jobs SET state = 'in_progress' WHERE id = ?",
      "UPDATE jobs SET state = 'success' WHERE id = ?"};
  sqlite3_stmt* steps[3] = {};
  for (int i = 0; i < 3; ++i) sqlite3_prepare_v2(database, kSteps[i], -1, &steps[i], nullptr);
  const int jobs = std::atoi(words[2]);
  const int most = std::atoi(words[3]);
  const auto begin = std::chrono::steady_clock::now();
  for (int job = 1; job <= jobs; ++job)
    for (int i = 0; i < most; ++i) step(database, steps[i], job);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  std::printf("{\"jobs\": %d, \"seconds\": %.6f}\n", jobs, took.count());
}
