// Terminals, tried on a pseudo terminal, and times.

#include "os/terminal.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>

#include "os/clock.h"
#include "os/file.h"

namespace crafter {
namespace {

struct Said {
  std::string screen;
  int code = -1;
};

/// Runs `inside` in a process whose terminal is `columns` wide and on which `typed` is typed.
Said on_terminal(const std::string& typed, unsigned short columns,
                 const std::function<int()>& inside) {
  int terminal = -1;
  const winsize size{.ws_row = 20, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
  const pid_t pid = ::forkpty(&terminal, nullptr, nullptr, &size);
  if (pid == 0) ::_exit(inside());
  Said said;
  EXPECT_EQ(write_all(terminal, typed), 0);
  char block[1000];
  for (ssize_t count; (count = ::read(terminal, block, sizeof(block))) > 0;)
    said.screen.append(block, static_cast<std::size_t>(count));
  ::close(terminal);
  int status = 0;
  ::waitpid(pid, &status, 0);
  said.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return said;
}

TEST(Terminal, AsksAndReadsOneLine) {
  const Said said = on_terminal("my answer\nnext\n", 80, [] {
    const auto first = ask("Name? ");
    const auto second = ask("And? ");
    return first == "my answer" && second == "next" ? 7 : 1;
  });
  EXPECT_EQ(said.code, 7);
  EXPECT_NE(said.screen.find("Name? "), std::string::npos);
}

TEST(Terminal, AsksInVainAtTheEndOfInput) {
  EXPECT_EQ(on_terminal("\x04", 80, [] { return ask("?") ? 1 : 7; }).code, 7);
}

TEST(Terminal, KnowsItselfAndItsWidth) {
  const auto inside = [] {
    return is_terminal(Stream::input) && is_terminal(Stream::error) ? terminal_width() : 1;
  };
  EXPECT_EQ(on_terminal("", 93, inside).code, 93);
  EXPECT_EQ(on_terminal("", 0, inside).code, 80);
}

TEST(Terminal, AFullOutputIsSaid) {
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  EXPECT_EQ(write_all(full, "x"), ENOSPC);
  ::close(full);
}

TEST(ClockTest, WritesTimesAsRfc3339) {
  EXPECT_EQ(rfc3339(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(rfc3339(1'795'368'601'250), "2026-11-22T17:30:01.250Z");
  EXPECT_EQ(rfc3339(951'782'400'001), "2000-02-29T00:00:00.001Z");
  EXPECT_EQ(rfc3339(-1), "1969-12-31T23:59:59.999Z");
}

TEST(ClockTest, MonotonicTimeGoesOnAndRandomBytesDiffer) {
  const Clock& clock = system_clock();
  const auto before = clock.monotonic_milliseconds();
  EXPECT_GE(clock.monotonic_milliseconds(), before);
  EXPECT_GT(clock.wall_milliseconds(), 1'700'000'000'000);
  EXPECT_NE(clock.random_bytes(), clock.random_bytes());
}

}  // namespace
}  // namespace crafter
