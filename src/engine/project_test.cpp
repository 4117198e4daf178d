// A project on the disk: its .env is read as whoever edits it means it.

#include "engine/project.h"

#include <gtest/gtest.h>

#include "os/memory.h"

namespace crafter {
namespace {

TEST(Env, IsReadAsDotenvDoes) {
  const auto project = memory_directory();
  ASSERT_TRUE(project->write(".env", R"(# words = of a person
  # more=of them
PLAIN=a b # not this
export EXPORTED=yes
DOUBLE="x \"y\" # z\n"
SINGLE='it is \\ so' # not this
HASH=a#b
EMPTY=
)"));
  const auto values = env_of(*project);
  ASSERT_TRUE(values);
  EXPECT_EQ(*values, (std::map<std::string, std::string>{{"PLAIN", "a b"},
                                                         {"EXPORTED", "yes"},
                                                         {"DOUBLE", "x \"y\" # z\n"},
                                                         {"SINGLE", "it is \\\\ so"},
                                                         {"HASH", "a#b"},
                                                         {"EMPTY", ""}}));
}

}  // namespace
}  // namespace crafter
