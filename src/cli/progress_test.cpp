// The lines that show how builds get on.

#include "cli/progress.h"

#include <gtest/gtest.h>

namespace crafter::cli {
namespace {

TEST(Progress, OneLineForEachBuildAtWork) {
  const std::vector<Gait> gaits{{"weather-api", 50, "rendered"},
                                {"b", 100, "done", true},
                                {"not-yet", 0, ""},
                                {"short", 5, "begun"}};
  EXPECT_EQ(drawn(gaits, 12, 80, false),
            "weather-api ##########..........  50 % rendered, 12 s\n"
            "short       #...................   5 % begun, 12 s\n");
}

TEST(Progress, NoLineIsWiderThanTheTerminal) {
  const std::vector<Gait> gaits{{"weather-api", 50, std::string(200, 'x')}};
  for (const std::size_t width : {20U, 40U, 80U})
    EXPECT_LE(drawn(gaits, 1, width, false).size(), std::max<std::size_t>(width, 33U)) << width;
}

TEST(Progress, APlainLineElsewhere) {
  EXPECT_EQ(plain_line({"weather-api", 50, "rendered"}), "weather-api: 50 % rendered\n");
}

}  // namespace
}  // namespace crafter::cli
