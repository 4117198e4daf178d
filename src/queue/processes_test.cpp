// The journal in the hands of several processes, some of which are killed.

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <set>

#include "os/identity.h"
#include "queue/fixture_test.h"

namespace crafter {
namespace {

class ProcessesTest : public InFolder {
 protected:
  /// Runs `work` in a process of its own.
  static pid_t in_child(const std::function<void()>& work) {
    const pid_t child = ::fork();
    if (child != 0) return child;
    try {
      work();
    } catch (const std::exception& problem) {
      std::fprintf(stderr, "child: %s\n", problem.what());
      ::_exit(1);
    }
    ::_exit(0);
  }
  static int wait_for(pid_t child) {
    int status = 0;
    ::waitpid(child, &status, 0);
    return status;
  }
  std::unique_ptr<Journal> real() { return must(Journal::open(path(), system_clock())); }

  void expect_events_without_gap(Journal& journal, std::size_t count) {
    const auto events = must(journal.events(0, "", 1'000'000));
    EXPECT_EQ(events.size(), count);
    for (std::size_t at = 0; at < events.size(); ++at)
      ASSERT_EQ(events[at].number, static_cast<std::int64_t>(at) + 1);
  }
};

const Json kForm = JsonObject{{"server_name", "a"}};

TEST_F(ProcessesTest, ManyMayOpenANewFileAtOnce) {
  for (int round = 0; round < 10; ++round) {
    std::filesystem::remove_all(folder_ / "state");
    std::vector<pid_t> children;
    for (int i = 0; i < 6; ++i)
      children.push_back(in_child([&] { must(real()->add("create", "a", kForm)); }));
    for (const pid_t child : children) EXPECT_EQ(wait_for(child), 0);
    const auto journal = real();
    EXPECT_EQ(must(journal->latest(100)).size(), 6U);
    expect_events_without_gap(*journal, 6);
  }
}

TEST_F(ProcessesTest, TwoAddAtTheSameTimeAndNothingIsLost) {
  std::vector<pid_t> children;
  for (int i = 0; i < 2; ++i)
    children.push_back(in_child([&, i] {
      const auto journal = real();
      for (int n = 0; n < 40; ++n) {
        const Build build = must(journal->add("create", "server-" + std::to_string(i), kForm));
        must(journal->start(build.id));
        must(journal->finish(build.id, BuildState::success, "", {}));
      }
    }));
  for (const pid_t child : children) EXPECT_EQ(wait_for(child), 0);
  const auto journal = real();
  const auto builds = must(journal->latest(1000));
  std::set<std::string> ids;
  for (const Build& build : builds) ids.insert(build.id);
  EXPECT_EQ(ids.size(), 80U);
  expect_events_without_gap(*journal, 240);
}

TEST_F(ProcessesTest, OneOfManyThatStartTheBuildsOfAServerWins) {
  const auto ids = [&] {
    const auto journal = real();
    std::vector<std::string> added;
    for (int i = 0; i < 4; ++i) added.push_back(must(journal->add("create", "a", kForm)).id);
    return added;
  }();
  std::vector<pid_t> children;
  for (const std::string& id : ids)
    children.push_back(in_child([&, id] { must(real()->start(id)); }));
  int winners = 0;
  for (const pid_t child : children) winners += wait_for(child) == 0 ? 1 : 0;
  EXPECT_EQ(winners, 1);
  EXPECT_EQ(must(real()->running()).size(), 1U);
}

TEST_F(ProcessesTest, WhatWasAcknowledgedIsThereAfterAKill) {
  std::vector<std::string> acknowledged;
  for (int round = 0; round < 50; ++round) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = in_child([&] {
      const auto journal = real();
      for (;;) {
        const std::string id = must(journal->add("create", "a", kForm)).id;
        if (::write(ends[1], id.data(), id.size()) != 36) ::_exit(1);
      }
    });
    ::close(ends[1]);
    std::string id(36, '\0');
    const std::size_t before = acknowledged.size();
    const std::size_t enough = before + 1 + static_cast<std::size_t>(round % 5);
    bool is_killed = false;
    while (::read(ends[0], id.data(), id.size()) == 36) {
      acknowledged.push_back(id);
      if (acknowledged.size() >= enough && !is_killed) is_killed = ::kill(child, SIGKILL) == 0;
    }
    ::close(ends[0]);
    wait_for(child);
  }
  const auto journal = real();
  std::set<std::string> ids;
  for (const Build& build : must(journal->latest(1'000'000))) ids.insert(build.id);
  for (const std::string& id : acknowledged) EXPECT_TRUE(ids.contains(id)) << id;
  EXPECT_GE(acknowledged.size(), 100U);
  expect_events_without_gap(*journal, ids.size());
  EXPECT_EQ(must(database().text("PRAGMA integrity_check")), "ok");
}

TEST_F(ProcessesTest, AKillWhileTheFileIsMadeLeavesOneThatCanBeMade) {
  for (int round = 0; round < 30; ++round) {
    std::filesystem::remove_all(folder_ / "state");
    const pid_t child = in_child([&] { real(); });
    ::usleep(static_cast<useconds_t>(100 * round));
    ::kill(child, SIGKILL);
    wait_for(child);
    must(real()->add("create", "a", kForm));
  }
}

TEST_F(ProcessesTest, ABuildIsTakenOverAsSoonAsItsProcessIsKilled) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t child = in_child([&] {
    const auto journal = real();
    const std::string running = must(journal->add("create", "a", kForm)).id;
    const std::string waiting = must(journal->add("create", "b", kForm)).id;
    must(journal->start(running));
    if (::write(ends[1], (running + waiting).data(), 72) != 72) ::_exit(1);
    ::pause();
  });
  std::string ids(72, '\0');
  ASSERT_EQ(::read(ends[0], ids.data(), ids.size()), 72);
  ::close(ends[0]);
  ::close(ends[1]);
  const std::string running = ids.substr(0, 36);
  const auto journal = real();
  EXPECT_TRUE(must(journal->take_over()).empty()) << "its process lives";
  ::kill(child, SIGKILL);
  wait_for(child);
  EXPECT_EQ(must(journal->take_over()), (std::vector{running, ids.substr(36)}));
  EXPECT_EQ(must(journal->find(running))->attempts, 1);
  must(journal->start(running));
  must(journal->finish(running, BuildState::success, "", {}));
  EXPECT_EQ(must(journal->servers()).at(0).name, "a");
}

}  // namespace
}  // namespace crafter
