// Counts when the last count does not suffice.

#include "queue/backlog.h"

#include "queue/journal.h"

namespace crafter {

Result<std::int64_t> Backlog::excess(Database& database) {
  TRY(const auto newest, database.number("SELECT max(ordinal) FROM builds"));
  if (is_counted_ && unfinished_ + newest - newest_ < kMostPending) return 0;
  std::int64_t waiting = 0;
  TRY(
      database.each("SELECT count(*), sum(state = 'pending') FROM builds "
                    "WHERE state IN ('pending', 'in_progress')",
                    [&](const Row& row) {
                      unfinished_ = row.number(0);
                      waiting = row.number(1);
                    }));
  newest_ = newest;
  is_counted_ = true;
  return waiting < kMostPending ? 0 : waiting;
}

}  // namespace crafter
