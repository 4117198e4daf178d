// A process is recognised while it lives, and its identity is never taken for another one.

#include "os/identity.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

namespace crafter {
namespace {

TEST(Identity, OfThisProcessLives) {
  EXPECT_EQ(process_identity(), process_identity());
  EXPECT_EQ(std::ranges::count(process_identity(), ':'), 3);
  EXPECT_EQ(process_life(process_identity()), Life::lives);
}

TEST(Identity, OfAKilledChildIsGoneBeforeAndAfterItIsReaped) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const std::string identity = process_identity();
    const ssize_t written = ::write(ends[1], identity.data(), identity.size());
    ::pause();
    ::_exit(written < 0);
  }
  std::string identity(256, '\0');
  identity.resize(static_cast<std::size_t>(::read(ends[0], identity.data(), identity.size())));
  EXPECT_EQ(process_life(identity), Life::lives);
  ::kill(child, SIGKILL);
  siginfo_t ended;
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOWAIT), 0);
  EXPECT_EQ(process_life(identity), Life::gone) << "a zombie";
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_EQ(process_life(identity), Life::gone);
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(Identity, OfAnotherStartBootOrSpaceIsNotThisProcess) {
  const std::string mine = process_identity();
  const std::size_t first = mine.find(':');
  const std::size_t second = mine.find(':', first + 1);
  const std::size_t third = mine.find(':', second + 1);
  const std::string pid = mine.substr(0, first + 1);
  EXPECT_EQ(process_life(pid + "1" + mine.substr(second)), Life::gone) << "started earlier";
  EXPECT_EQ(process_life(mine.substr(0, second) + ":x" + mine.substr(third)), Life::gone);
  EXPECT_EQ(process_life(mine.substr(0, third) + ":1"), Life::unknown);
  EXPECT_TRUE(process_lives(mine.substr(0, third) + ":1"));
  for (const char* text : {"", ":", "abc", "-1:2:3:4", "99999999999999:1:1:1"})
    EXPECT_EQ(process_life(text), Life::gone) << text;
}

}  // namespace
}  // namespace crafter
