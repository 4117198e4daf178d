// The life of builds as one process sees it.

#include "queue/journal.h"

#include <chrono>
#include <thread>

#include "os/identity.h"
#include "queue/fixture_test.h"

namespace crafter {
namespace {

const Json kForm = JsonObject{{"server_name", "weather"}, {"limit", 1.5}};

class JournalTest : public InFolder {
 protected:
  Build add(const std::string& name = "weather", std::string_view kind = "create") {
    return must(journal_->add(kind, name, kForm));
  }
  Build started(const std::string& name = "weather", std::string_view kind = "create") {
    Build build = add(name, kind);
    must(journal_->start(build.id));
    return build;
  }
  Build found(const std::string& id) { return must(journal_->find(id)).value(); }
  /// Gives the build to another process.
  void hand_to(const std::string& id, const std::string& owner) {
    must(database().change("UPDATE builds SET owner = ? WHERE id = ?", owner, id));
  }
  /// Adds so many builds at once.
  void fill(int count) {
    must(database().change(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
        "INSERT INTO builds SELECT i, printf('%036d', i), 'server-' || i, 'create', 'pending', 0, "
        "'', '', '', '', 0, '{\"server_name\": \"a\"}', '[]', 'x', 0, 0, 'owner', '', '' FROM n",
        count));
  }
  /// A process of this boot in another space of numbers: nothing can be known of it.
  static std::string stranger() {
    const std::string me = process_identity();
    return me.substr(0, me.rfind(':')) + ":1";
  }
  /// A process that had our number before us.
  static std::string dead() { return "1:2:3:4"; }

  std::unique_ptr<Journal> journal_ = open();
};

TEST_F(JournalTest, AddsAPendingBuildThatIsFoundAgain) {
  const Build build = add();
  EXPECT_EQ(build.id.size(), 36U);
  EXPECT_EQ(build.created_at, "2025-11-22T17:30:01.250Z");
  const Build again = must(open()->find(build.id)).value();
  EXPECT_EQ(again.id, build.id);
  EXPECT_EQ(again.server_name, "weather");
  EXPECT_EQ(again.kind, "create");
  EXPECT_EQ(again.state, BuildState::pending);
  EXPECT_EQ(again.created_at, build.created_at);
  EXPECT_EQ(again.form, kForm);
  EXPECT_FALSE(must(journal_->find("nothing")));
}

TEST_F(JournalTest, TakesABuildToItsEndAndListsTheServer) {
  const Build build = started();
  EXPECT_EQ(must(journal_->running()), std::vector{build.id});
  must(journal_->progress(build.id, 10, "drafted", "read the form"));
  EXPECT_EQ(found(build.id).progress, 10);
  EXPECT_TRUE(must(journal_->servers()).empty());
  must(journal_->finish(build.id, BuildState::success, "made", {}));
  const Build done = found(build.id);
  EXPECT_EQ(done.state, BuildState::success);
  EXPECT_EQ(done.progress, 100);
  EXPECT_EQ(done.step, "done");
  EXPECT_EQ(done.message, "made");
  EXPECT_EQ(done.finished_at, "2025-11-22T17:30:01.250Z");
  EXPECT_TRUE(must(journal_->running()).empty());
  const auto servers = must(journal_->servers());
  ASSERT_EQ(servers.size(), 1U);
  EXPECT_EQ(servers[0].name, "weather");
  EXPECT_EQ(servers[0].build_id, build.id);
}

TEST_F(JournalTest, TakesADeletedServerOutOfTheList) {
  must(journal_->finish(started().id, BuildState::success, "", {}));
  const Build update = started("weather", "update");
  must(journal_->finish(update.id, BuildState::success, "", {}));
  EXPECT_EQ(must(journal_->servers()).at(0).build_id, update.id);
  must(journal_->finish(started("weather", "delete").id, BuildState::success, "", {}));
  EXPECT_TRUE(must(journal_->servers()).empty());
}

TEST_F(JournalTest, KeepsTheDiagnosticsOfAFailedBuild) {
  const std::vector<Diagnostic> diagnostics = {
      {Severity::error, "proof.tests", "/a/0", "form.yaml", 3, 4, "two tests failed", "look"},
      {Severity::warning, "form.key", "", "", 1, 1, "looks like a key", ""}};
  const Build build = started();
  must(journal_->finish(build.id, BuildState::failed, "two tests failed", diagnostics));
  EXPECT_EQ(found(build.id).state, BuildState::failed);
  EXPECT_EQ(found(build.id).diagnostics, diagnostics);
  EXPECT_TRUE(must(journal_->servers()).empty());
}

TEST_F(JournalTest, NumbersEventsWithoutGapsAndReplaysThem) {
  const Build one = started("one");
  const Build two = started("two");
  must(journal_->progress(one.id, 25, "planned", "40 files"));
  EXPECT_FALSE(journal_->start(one.id)) << "a refused step leaves no number unused";
  must(journal_->finish(two.id, BuildState::cancelled, "stopped", {}));
  const auto all = must(journal_->events(0, "", 100));
  ASSERT_EQ(all.size(), 6U);
  for (std::size_t at = 0; at < all.size(); ++at)
    EXPECT_EQ(all[at].number, static_cast<std::int64_t>(at) + 1);
  EXPECT_EQ(all[4].build_id, one.id);
  EXPECT_EQ(all[4].server_name, "one");
  EXPECT_EQ(all[4].state, BuildState::in_progress);
  EXPECT_EQ(all[4].progress, 25);
  EXPECT_EQ(all[4].step, "planned");
  EXPECT_EQ(all[4].message, "40 files");
  EXPECT_EQ(all[4].at, "2025-11-22T17:30:01.250Z");
  EXPECT_EQ(must(journal_->events(2, two.id, 100)).front().number, 3);
  EXPECT_EQ(must(journal_->events(2, "", 3)).size(), 3U);
  EXPECT_TRUE(must(journal_->events(6, "", 100)).empty());
}

TEST_F(JournalTest, RunsOneBuildOfAServerAtATime) {
  const Build first = started();
  const Build second = add();
  const auto refused = journal_->start(second.id);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.failure().fault(), Fault::conflict);
  EXPECT_EQ(code_of(refused.failure()), "build.busy");
  started("another");
  must(journal_->finish(first.id, BuildState::failed, "", {}));
  EXPECT_TRUE(journal_->start(second.id));
}

TEST_F(JournalTest, RefusesWhatAStateDoesNotAllow) {
  EXPECT_EQ(journal_->start("nothing").failure().fault(), Fault::not_found);
  const Build build = add();
  EXPECT_EQ(code_of(journal_->progress(build.id, 10, "", "").failure()), "build.state");
  EXPECT_EQ(code_of(journal_->finish(build.id, BuildState::success, "", {}).failure()),
            "build.state");
  must(journal_->start(build.id));
  EXPECT_EQ(code_of(journal_->start(build.id).failure()), "build.state");
  must(journal_->finish(build.id, BuildState::success, "", {}));
  for (const auto& late : {journal_->start(build.id), journal_->heartbeat(build.id),
                           journal_->progress(build.id, 95, "", ""),
                           journal_->finish(build.id, BuildState::failed, "", {})}) {
    ASSERT_FALSE(late);
    EXPECT_EQ(late.failure().fault(), Fault::conflict);
  }
  EXPECT_EQ(found(build.id).state, BuildState::success);
}

TEST_F(JournalTest, CancelsAPendingBuildAtOnceAndAsksARunningOne) {
  const Build waiting = add("waiting");
  EXPECT_EQ(must(journal_->cancel(waiting.id)), BuildState::cancelled);
  EXPECT_EQ(found(waiting.id).state, BuildState::cancelled);
  EXPECT_EQ(journal_->cancel(waiting.id).failure().fault(), Fault::conflict);
  const Build running = started();
  EXPECT_EQ(must(open()->cancel(running.id)), BuildState::in_progress);
  EXPECT_EQ(journal_->progress(running.id, 50, "", "").failure().fault(), Fault::cancelled);
  EXPECT_EQ(journal_->heartbeat(running.id).failure().fault(), Fault::cancelled);
  must(journal_->finish(running.id, BuildState::cancelled, "stopped", {}));
  EXPECT_EQ(found(running.id).state, BuildState::cancelled);
}

TEST_F(JournalTest, LetsABuildThatIsInstalledEndWell) {
  const Build build = started();
  must(journal_->progress(build.id, kInstalled - 10, "proven", ""));
  must(journal_->cancel(build.id));
  must(journal_->progress(build.id, kInstalled, "installed", ""));
  must(journal_->heartbeat(build.id));
  must(journal_->finish(build.id, BuildState::success, "", {}));
}

TEST_F(JournalTest, TakesOverNothingOfProcessesThatLive) {
  const Build waiting = add("waiting");
  const Build running = started();
  clock_.since_boot += 3'600'000;
  EXPECT_TRUE(must(journal_->take_over()).empty());
  EXPECT_EQ(found(waiting.id).state, BuildState::pending);
  EXPECT_EQ(found(running.id).state, BuildState::in_progress);
}

TEST_F(JournalTest, TakesOverAtOnceWhatADeadProcessLeft) {
  const Build waiting = add("waiting");
  const Build running = started();
  must(journal_->progress(running.id, 50, "rendered", ""));
  hand_to(waiting.id, dead());
  hand_to(running.id, dead());
  EXPECT_EQ(must(journal_->take_over()), (std::vector{waiting.id, running.id}));
  EXPECT_TRUE(must(journal_->take_over()).empty());
  EXPECT_EQ(found(waiting.id).attempts, 0) << "it never ran";
  EXPECT_EQ(found(running.id).attempts, 1);
  EXPECT_EQ(found(running.id).state, BuildState::pending);
  EXPECT_EQ(found(running.id).progress, 50);
  must(journal_->start(running.id));
  EXPECT_EQ(found(running.id).progress, 0);
  EXPECT_EQ(found(running.id).step, "");
}

TEST_F(JournalTest, TakesOverFromAStrangerWhenTheLeaseHasRunOut) {
  const Build build = started();
  hand_to(build.id, stranger());
  clock_.since_boot += 30'000;
  EXPECT_TRUE(must(journal_->take_over()).empty());
  clock_.since_boot += 1;
  EXPECT_EQ(must(journal_->take_over()), std::vector{build.id});
}

TEST_F(JournalTest, HeartbeatsAndProgressKeepTheLease) {
  const Build build = started();
  clock_.since_boot += 29'000;
  must(journal_->heartbeat(build.id));
  clock_.since_boot += 29'000;
  must(journal_->progress(build.id, 10, "drafted", ""));
  clock_.since_boot += 29'000;
  hand_to(build.id, stranger());
  EXPECT_TRUE(must(journal_->take_over()).empty());
  EXPECT_EQ(must(journal_->events(0, build.id, 100)).size(), 3U) << "a heartbeat is no event";
}

TEST_F(JournalTest, WhoLostABuildCannotSpeakForIt) {
  const Build build = started();
  hand_to(build.id, stranger());
  EXPECT_EQ(code_of(journal_->progress(build.id, 10, "", "").failure()), "build.lease_lost");
  EXPECT_EQ(code_of(journal_->heartbeat(build.id).failure()), "build.lease_lost");
  EXPECT_EQ(code_of(journal_->finish(build.id, BuildState::success, "", {}).failure()),
            "build.lease_lost");
  EXPECT_TRUE(must(journal_->servers()).empty());
}

TEST_F(JournalTest, SetsABuildAsideThatKilledThreeProcesses) {
  const Build build = add();
  for (int death = 1; death <= 3; ++death) {
    must(journal_->start(build.id));
    must(journal_->progress(build.id, 70, "environment ready", ""));
    hand_to(build.id, dead());
    EXPECT_EQ(must(journal_->take_over()).size(), death < 3 ? 1U : 0U);
  }
  const Build aside = found(build.id);
  EXPECT_EQ(aside.state, BuildState::failed);
  EXPECT_EQ(aside.attempts, 3);
  ASSERT_EQ(aside.diagnostics.size(), 1U);
  EXPECT_EQ(aside.diagnostics[0].code, "build.set_aside");
  EXPECT_NE(aside.message.find("environment ready"), aside.message.npos);
  EXPECT_EQ(must(journal_->events(0, build.id, 100)).back().state, BuildState::failed);
}

TEST_F(JournalTest, DoesNotDependOnTheWallClock) {
  const Build early = started("early");
  clock_.wall -= 86'400'000;
  const Build late = started("late");
  hand_to(early.id, stranger());
  hand_to(late.id, stranger());
  EXPECT_TRUE(must(journal_->take_over()).empty());
  EXPECT_EQ(must(journal_->latest(1)).at(0).id, late.id);
}

TEST_F(JournalTest, AnswersBusyWhenTooManyBuildsWait) {
  fill(kMostPending - 1);
  must(journal_->add("create", "weather", kForm));
  EXPECT_EQ(code_of(journal_->add("create", "weather", kForm).failure()), "queue.full");
}

TEST_F(JournalTest, ListsAThousandBuildsQuickly) {
  fill(1000);
  const auto begin = std::chrono::steady_clock::now();
  const auto builds = must(journal_->latest(1000));
  const auto took = std::chrono::steady_clock::now() - begin;
  ASSERT_EQ(builds.size(), 1000U);
  EXPECT_EQ(builds.front().server_name, "server-1000");
  EXPECT_LT(took, std::chrono::milliseconds(500));
  EXPECT_EQ(must(journal_->latest(3)).size(), 3U);
}

TEST_F(JournalTest, MayBeUsedByManyThreads) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 10; ++i) {
        const Build build = add("server-" + std::to_string(t));
        must(journal_->start(build.id));
        must(journal_->finish(build.id, BuildState::success, "", {}));
        must(journal_->events(0, build.id, 10));
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(must(journal_->events(0, "", 1000)).back().number, 120);
}

}  // namespace
}  // namespace crafter
