// The few things we ask of SQLite, with owners and Results.

#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <functional>
#include <map>
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

/// One connection, of one thread at a time; it keeps the statements it has compiled. Failures are
/// unavailable and name the file; a damaged file has code "state.corrupt", one that others keep
/// locked "state.busy".
class Database {
 public:
  enum class Mode { read, write };
  /// Opens a file that exists.
  static Result<Database> open(const std::string& path, Mode mode);

  /// Lets calls wait about so long for others that write.
  void wait_at_most(int milliseconds);

  /// Runs statements without parameters, separated by semicolons.
  Result<> run(const char* sql);

  /// Runs one statement; how many rows it changed.
  template <class... Values>
  Result<int> change(std::string_view sql, const Values&... values) {
    TRY(const Use use, prepare(sql, values...));
    TRY(step_all(use.statement(), [](const Row&) {}));
    return sqlite3_changes(handle_.get());
  }

  /// Calls `visit` with every row of the answer.
  template <class Visit, class... Values>
  Result<> each(std::string_view sql, Visit visit, const Values&... values) {
    TRY(const Use use, prepare(sql, values...));
    return step_all(use.statement(), visit);
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

  /// Whether BEGIN was run and has not ended; some failures end it by themselves.
  [[nodiscard]] bool is_in_transaction() const {
    return sqlite3_get_autocommit(handle_.get()) == 0;
  }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  /// Compiled statements that nobody uses just now, by their text.
  using Idle = std::map<std::string, std::unique_ptr<sqlite3_stmt, Finalize>, std::less<>>;

  /// A statement while it is used; afterwards it is reset and idle again. A second use at the same
  /// time has a statement of its own.
  class Use {
   public:
    Use(Idle& idle, Idle::node_type node) : idle_(&idle), node_(std::move(node)) {}
    Use(Use&&) = default;
    Use& operator=(Use&&) = delete;
    ~Use();
    [[nodiscard]] sqlite3_stmt* statement() const { return node_.mapped().get(); }

   private:
    Idle* idle_;
    Idle::node_type node_;
  };

  Database(sqlite3* handle, std::string path) : handle_(handle), path_(std::move(path)) {}
  [[nodiscard]] Failure failure(int code) const;
  Result<Use> prepare_bare(std::string_view sql);
  static void bind(sqlite3_stmt* statement, int index, std::string_view text);
  static void bind(sqlite3_stmt* statement, int index, std::int64_t number);

  template <class... Values>
  Result<Use> prepare(std::string_view sql, const Values&... values) {
    TRY(Use use, prepare_bare(sql));
    int index = 0;
    (bind(use.statement(), ++index, values), ...);
    return use;
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

  std::unique_ptr<int> pauses_ = std::make_unique<int>(0);  // that a call may make; SQLite reads it
  std::unique_ptr<sqlite3, Close> handle_;
  Idle idle_;
  std::string path_;
};

}  // namespace crafter
