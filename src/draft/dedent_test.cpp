// A margin is cut off without changing what the code means.

#include "draft/dedent.h"

#include <gtest/gtest.h>

#include "draft/draft.h"

namespace crafter {
namespace {

struct Row {
  std::string given;
  std::string text;
};

class Dedented : public ::testing::TestWithParam<Row> {};

TEST_P(Dedented, is_text) { EXPECT_EQ(dedented(GetParam().given), GetParam().text); }

INSTANTIATE_TEST_SUITE_P(
    All, Dedented,
    ::testing::Values(
        Row{"return 1", "return 1"}, Row{"", ""}, Row{"  \n\t\n", ""},
        Row{"    x = 1\n    return x\n", "x = 1\nreturn x"}, Row{"\n\n  a\n\n  b\n\n", "a\n\nb"},
        Row{"  if a:\n      b", "if a:\n    b"},
        Row{"  a\n b", " a\nb"},                              // stays wrong, and is found wrong
        Row{"a = 1\r\nb = 2\rc = 3", "a = 1\nb = 2\nc = 3"},  // all line ends
        Row{"\xEF\xBB\xBF"
            "a = 1",
            "a = 1"},                                                       // byte order mark
        Row{"\tx = 1\n\tif x:\n\t\treturn 1", "x = 1\nif x:\n\treturn 1"},  // tabs stay tabs
        Row{"    t = '''a\n  b'''\n    return t", "t = '''a\n  b'''\nreturn t"},
        Row{"  t = '''\n\n  '''", "t = '''\n\n  '''"},        // string contents are sacred
        Row{"  f(1,\n2)\n  return 3", "f(1,\n2)\nreturn 3"},  // continuations do not count
        Row{"  a = 1 + \\\n2\n  b", "a = 1 + \\\n2\nb"},
        Row{"# c\n  x = 1\n    # d\n  y", "# c\nx = 1\n  # d\ny"},  // nor do comments
        Row{"    # only\n      # remarks\n", "# only\n  # remarks"}, Row{"  a\n   \n  b", "a\n\nb"},
        Row{"return \"it's '''fine\"\n  # '''", "return \"it's '''fine\"\n  # '''"}));

TEST(Dedent, knows_the_way_back) {
  const Dedent code = dedent("\n\n    x\n      y\n");
  EXPECT_EQ(code.skipped, 2);
  EXPECT_EQ(code.cuts, (std::vector<int>{4, 4}));
}

TEST(Dedent, tells_code_from_comments) {
  EXPECT_TRUE(dedent("# a\npass").has_code);
  EXPECT_FALSE(dedent("# a\n\n  # b\n").has_code);
  EXPECT_FALSE(dedent("").has_code);
}

TEST(Dedent, does_nothing_the_second_time) {
  for (const char* text : {"  a\n    b", "\n# x\n  # y", "\t\ta", "  t = '''\n x'''"})
    EXPECT_EQ(dedented(dedented(text)), dedented(text));
}

}  // namespace
}  // namespace crafter
