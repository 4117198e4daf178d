// Ctrl-C asks to stop; the second one does not ask.

#include "os/stop_signal.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <mutex>

#include "os/terminal.h"

namespace crafter {
namespace {

/// In a process of its own (gtest runs it anew): exits with 0 once the stop was requested.
[[noreturn]] void stop_by(int number, int times) {
  const std::stop_token stop = stop_on_signals();
  for (int count = 0; count < times; ++count) ::raise(number);
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable_any changed;
  changed.wait(lock, stop, [] { return false; });
  std::_Exit(stop.stop_requested() ? 0 : 1);
}

class StopSignalTest : public testing::Test {
 protected:
  StopSignalTest() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

TEST_F(StopSignalTest, RequestsAStop) {
  EXPECT_EXIT(stop_by(SIGINT, 1), testing::ExitedWithCode(0), "");
  EXPECT_EXIT(stop_by(SIGTERM, 1), testing::ExitedWithCode(0), "");
}

TEST_F(StopSignalTest, TheSecondEndsAtOnce) {
  EXPECT_EXIT(stop_by(SIGINT, 2), testing::ExitedWithCode(130), "");
}

/// Writes to a pipe that nobody reads.
[[noreturn]] void write_to_nobody() {
  static_cast<void>(stop_on_signals());
  int ends[2];
  if (::pipe(ends) != 0) std::_Exit(2);
  ::close(ends[0]);
  ::dup2(ends[1], STDOUT_FILENO);
  std::_Exit(write_all(Stream::output, "x") ? 1 : 0);
}

TEST_F(StopSignalTest, AClosedOutputIsSaidAndDoesNotKill) {
  EXPECT_EXIT(write_to_nobody(), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace crafter
