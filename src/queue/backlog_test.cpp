// The bound of what may wait holds although it is seldom counted.

#include "queue/backlog.h"

#include "queue/fixture_test.h"

namespace crafter {
namespace {

class BacklogTest : public InFolder {
 protected:
  static Result<Build> add(Journal& journal) {
    return journal.add("create", "weather", Json(JsonObject()));
  }
};

TEST_F(BacklogTest, KnowsWhatOthersAddedSinceItCounted) {
  const auto ours = open();
  fill(kMostPending - 2);
  must(add(*ours));
  const auto theirs = open();
  const Build last = must(add(*theirs));
  EXPECT_EQ(code_of(add(*ours).failure()), "queue.full");
  EXPECT_EQ(code_of(add(*theirs).failure()), "queue.full");
  must(theirs->cancel(last.id));
  must(add(*ours));
  EXPECT_EQ(code_of(add(*theirs).failure()), "queue.full");
}

TEST_F(BacklogTest, DoesNotTakeWhatRunsForWhatWaits) {
  const auto journal = open();
  fill(kMostPending);
  must(database().run("UPDATE builds SET state = 'in_progress' WHERE ordinal <= 10"));
  for (int room = 0; room < 10; ++room) must(add(*journal));
  EXPECT_EQ(code_of(add(*journal).failure()), "queue.full");
}

}  // namespace
}  // namespace crafter
