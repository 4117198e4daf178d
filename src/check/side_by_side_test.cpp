// Which of several failures counts, and who is stopped by it.

#include "check/side_by_side.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

namespace crafter {
namespace {

Shown shown(const std::string& name) { return {.step = {.name = name}}; }

Shown failed(const std::string& name) {
  return {{.name = name}, Failure(Fault::unverified, "proof." + name, name)};
}

Runner showing(const std::string& name) {
  return [name](const std::stop_token&) { return std::vector{shown(name)}; };
}

Runner failing(const std::string& name) {
  return [name](const std::stop_token&) { return std::vector{failed(name)}; };
}

/// Ends only when it is stopped.
Runner waiting(const std::string& name) {
  return [name](std::stop_token stop) {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait(lock, stop, [] { return false; });
    return std::vector{Shown{{.name = name}, Failure(Fault::cancelled, "cancelled", "stopped")}};
  };
}

TEST(SideBySide, KeepsTheOrderOfTheRunners) {
  const auto steps = side_by_side({showing("a"), showing("b"), showing("c")}, {});
  ASSERT_TRUE(steps);
  ASSERT_EQ(steps->size(), 3U);
  EXPECT_EQ(steps->front().name, "a");
  EXPECT_EQ(steps->back().name, "c");
}

TEST(SideBySide, LetsTheFirstFailureCountWhicheverCameFirst) {
  const auto steps = side_by_side({showing("a"), failing("b"), failing("c")}, {});
  ASSERT_FALSE(steps);
  EXPECT_EQ(steps.failure().message(), "b");
}

TEST(SideBySide, StopsThoseAfterAFailure) {
  const auto steps = side_by_side({failing("a"), waiting("b"), waiting("c")}, {});
  ASSERT_FALSE(steps);
  EXPECT_EQ(steps.failure().message(), "a");
}

TEST(SideBySide, PassesAStopOnToAll) {
  std::stop_source stop;
  stop.request_stop();
  const auto steps = side_by_side({waiting("a"), waiting("b")}, stop.get_token());
  ASSERT_FALSE(steps);
  EXPECT_EQ(steps.failure().fault(), Fault::cancelled);
}

}  // namespace
}  // namespace crafter
