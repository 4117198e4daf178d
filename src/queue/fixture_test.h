// What the tests of queue share: a folder of their own and a clock that stands still.

#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "os/clock.h"
#include "os/test_folder.h"
#include "queue/journal.h"
#include "queue/sqlite.h"

namespace crafter {

class StillClock final : public Clock {
 public:
  std::int64_t wall = 1'763'832'601'250;  // 2025-11-22T17:30:01.250Z
  std::int64_t since_boot = 1'000'000;

  [[nodiscard]] std::int64_t wall_milliseconds() const override { return wall; }
  [[nodiscard]] std::int64_t monotonic_milliseconds() const override { return since_boot; }
  [[nodiscard]] std::array<std::uint8_t, 10> random_bytes() const override {
    return system_clock().random_bytes();
  }
};

/// The value of a result that must be there.
template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.failure().message());  // gtest reports it
  return *std::move(result);
}

inline std::string code_of(const Failure& failure) { return failure.diagnostics().front().code; }

/// Each test has a folder, removed at its end.
class InFolder : public testing::Test {
 protected:
  [[nodiscard]] std::string path() const { return folder_ / "state/state.db"; }
  std::unique_ptr<Journal> open() { return must(Journal::open(path(), clock_)); }
  /// The file as SQLite sees it, for looking behind the journal's back.
  [[nodiscard]] Database database() { return must(Database::open(path(), Database::Mode::write)); }
  /// Adds so many pending builds at once, to a journal that has none.
  void fill(int count) {
    must(database().change(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
        "INSERT INTO builds SELECT i, printf('%036d', i), 'server-' || i, 'create', 'pending', 0, "
        "'', '', '', '', 0, '{\"server_name\": \"a\"}', '[]', 'x', 0, 0, 'owner', '', '' FROM n",
        count));
  }

  TestFolder folder_;
  StillClock clock_;
};

}  // namespace crafter
