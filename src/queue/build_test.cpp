// The table of a build's life.

#include "queue/build.h"

#include <gtest/gtest.h>

#include "queue/job.h"
#include "queue/journal.h"

namespace crafter {
namespace {

constexpr BuildState kStates[] = {BuildState::pending, BuildState::in_progress, BuildState::success,
                                  BuildState::failed, BuildState::cancelled};
constexpr BuildEvent kEvents[] = {BuildEvent::start, BuildEvent::succeed, BuildEvent::fail,
                                  BuildEvent::cancel, BuildEvent::requeue};

TEST(Build, StatesAreSpelledAsTheyTravelAndReadBack) {
  EXPECT_EQ(spelled(BuildState::in_progress), "in_progress");
  for (const BuildState state : kStates) EXPECT_EQ(build_state(spelled(state)), state);
  EXPECT_EQ(build_state("running"), std::nullopt);
  EXPECT_EQ(build_state(""), std::nullopt);
}

TEST(Build, LeavesNoFinalStateAndReachesEachState) {
  for (const BuildState state : kStates) {
    bool has_way_out = false;
    bool is_reached = state == BuildState::pending;
    for (const BuildEvent event : kEvents) {
      has_way_out = has_way_out || after(state, event).has_value();
      for (const BuildState from : kStates) is_reached = is_reached || after(from, event) == state;
    }
    EXPECT_EQ(has_way_out, !is_final(state)) << spelled(state);
    EXPECT_TRUE(is_reached) << spelled(state);
  }
}

Job running_job() {
  return {
      .build = {.id = "1", .state = BuildState::in_progress, .progress = 50, .step = "rendered"},
      .owner = "me"};
}

TEST(Build, IsPendingAgainWhenItsProcessIsGone) {
  Job job = running_job();
  release(job, "now");
  EXPECT_EQ(job.build.state, BuildState::pending);
  EXPECT_EQ(job.build.attempts, 1);
  EXPECT_EQ(job.build.progress, 50) << "whoever takes it sees how far it was";
  EXPECT_EQ(job.build.message, "its process was gone at 50 % (\"rendered\"), 1 of 3 times");
  EXPECT_EQ(job.build.finished_at, "");
}

TEST(Build, IsSetAsideWithEvidenceWhenTheThirdProcessIsGone) {
  Job job = running_job();
  job.build.attempts = 2;
  release(job, "now");
  EXPECT_EQ(job.build.state, BuildState::failed);
  EXPECT_EQ(job.build.finished_at, "now");
  ASSERT_EQ(job.build.diagnostics.size(), 1U);
  EXPECT_EQ(job.build.diagnostics[0].code, "build.set_aside");
  EXPECT_EQ(job.build.diagnostics[0].message,
            "set aside: its process was gone at 50 % (\"rendered\"), 3 of 3 times");
}

TEST(Build, IsCancelledWhenSomebodyWishedThatAndItsProcessIsGone) {
  Job job = running_job();
  job.cancel = true;
  release(job, "now");
  EXPECT_EQ(job.build.state, BuildState::cancelled);
}

TEST(Build, CanBeCancelledUntilItIsInstalled) {
  Job job = running_job();
  EXPECT_TRUE(check_wanted(job, 50));
  job.cancel = true;
  EXPECT_EQ(check_wanted(job, kInstalled - 1).failure().fault(), Fault::cancelled);
  EXPECT_TRUE(check_wanted(job, kInstalled));
}

TEST(Build, IsSpokenForByItsProcessAlone) {
  const Job job = running_job();
  EXPECT_TRUE(check_held(job, "me"));
  EXPECT_EQ(check_held(job, "you").failure().diagnostics().front().code, "build.lease_lost");
}

}  // namespace
}  // namespace crafter
