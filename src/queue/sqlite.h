// The few things we ask of SQLite, with owners and Results.

#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace crafter {

/// How long a call waits for other processes that write.
inline constexpr int kBusyMilliseconds = 10'000;

/// One row of an answer; gone with the next one.
class Row {
 public:
  explicit Row(sqlite3_stmt* statement) : statement_(statement) {}
  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] std::int64_t number(int column) const {
    return sqlite3_column_int64(statement_, column);
  }

 private:
  sqlite3_stmt* statement_;
};

/// One connection, of one thread at a time. Failures are unavailable and name the file; a damaged
/// file has code "state.corrupt", one that others keep locked "state.busy".
class Database {
 public:
  enum class Mode { read, write };
  /// Opens a file that exists.
  static Result<Database> open(const std::string& path, Mode mode);

  void wait_at_most(int milliseconds) { sqlite3_busy_timeout(handle_.get(), milliseconds); }

  /// Runs statements without parameters, separated by semicolons.
  Result<> run(const char* sql);

  /// Runs one statement; how many rows it changed.
  template <class... Values>
  Result<int> change(std::string_view sql, const Values&... values) {
    TRY(const Statement statement, prepare(sql, values...));
    TRY(step_all(statement.get(), [](const Row&) {}));
    return sqlite3_changes(handle_.get());
  }

  /// Calls `visit` with every row of the answer.
  template <class Visit, class... Values>
  Result<> each(std::string_view sql, Visit visit, const Values&... values) {
    TRY(const Statement statement, prepare(sql, values...));
    return step_all(statement.get(), visit);
  }

  /// The first column of the first row; 0 or "" when there is none.
  template <class... Values>
  Result<std::int64_t> number(std::string_view sql, const Values&... values) {
    std::int64_t answer = 0;
    TRY(each(sql, [&](const Row& row) { answer = row.number(0); }, values...));
    return answer;
  }
  template <class... Values>
  Result<std::string> text(std::string_view sql, const Values&... values) {
    std::string answer;
    TRY(each(sql, [&](const Row& row) { answer = row.text(0); }, values...));
    return answer;
  }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close(handle); }
  };
  using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

  Database(sqlite3* handle, std::string path) : handle_(handle), path_(std::move(path)) {}
  [[nodiscard]] Failure failure(int code) const;
  Result<Statement> prepare_bare(std::string_view sql);
  static void bind(sqlite3_stmt* statement, int index, std::string_view text);
  static void bind(sqlite3_stmt* statement, int index, std::int64_t number);

  template <class... Values>
  Result<Statement> prepare(std::string_view sql, const Values&... values) {
    TRY(Statement statement, prepare_bare(sql));
    int index = 0;
    (bind(statement.get(), ++index, values), ...);
    return statement;
  }

  template <class Visit>
  Result<> step_all(sqlite3_stmt* statement, Visit visit) {
    for (;;) {
      const int code = sqlite3_step(statement);
      if (code == SQLITE_DONE) return {};
      if (code != SQLITE_ROW) return failure(code);
      visit(Row(statement));
    }
  }

  std::unique_ptr<sqlite3, Close> handle_;
  std::string path_;
};

}  // namespace crafter
