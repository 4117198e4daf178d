// A Result is a value or the reasons there is none, and TRY hands the reasons on.

#include "base/result.h"

#include <gtest/gtest.h>

#include <memory>

namespace crafter {
namespace {

Result<int> half(int number) {
  if (number % 2 != 0) return Failure(Fault::invalid_input, "test.odd", "the number is odd");
  return number / 2;
}

Result<int> quarter(int number) {
  TRY(const int once, half(number));
  TRY(const int twice, half(once));
  return twice;
}

Result<> check(int number) {
  TRY(quarter(number));
  return {};
}

TEST(Result, CarriesAValueOrAFailure) {
  EXPECT_EQ(*quarter(8), 2);
  EXPECT_TRUE(check(8));
  const auto failed = check(6);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.failure().fault(), Fault::invalid_input);
  EXPECT_EQ(failed.failure().message(), "the number is odd");
  EXPECT_EQ(failed.failure().diagnostics().front().code, "test.odd");
}

TEST(Result, MovesWhatCannotBeCopied) {
  Result<std::unique_ptr<int>> result(std::make_unique<int>(7));
  const std::unique_ptr<int> taken = *std::move(result);
  EXPECT_EQ(*taken, 7);
}

}  // namespace
}  // namespace crafter
