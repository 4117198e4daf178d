// How many builds wait, without counting them each time.

#pragma once

#include <cstdint>

#include "queue/sqlite.h"

namespace crafter {

/// Builds that have not ended become more only by being added, and each build that is added has
/// the next ordinal, whoever adds it. So a count made once says for long that there is room.
class Backlog {
 public:
  /// Succeeds with how many wait when there is no room for one more, else with 0. To be asked in
  /// the transaction that adds it.
  Result<std::int64_t> excess(Database& database);

 private:
  bool is_counted_ = false;
  std::int64_t unfinished_ = 0;  // when it was counted
  std::int64_t newest_ = 0;      // the greatest ordinal then
};

}  // namespace crafter
