// The beginning of every line of Python is known: in a string, inside brackets, blank or code.

#include "base/python_lines.h"

#include <gtest/gtest.h>

#include <string>

namespace crafter {
namespace {

/// One letter for each line: s in a string, c continues, b blank, both as bc, - neither.
std::string kinds(std::string_view source) {
  std::string text;
  for (const PythonLine& line : python_lines(source)) {
    if (!text.empty()) text += ' ';
    const std::string kind = std::string(line.in_string ? "s" : "") + (line.blank ? "b" : "") +
                             (line.continues ? "c" : "");
    text += kind.empty() ? "-" : kind;
  }
  return text;
}

TEST(PythonLines, KnowWhatTheyBeginIn) {
  EXPECT_EQ(kinds(""), "b");
  EXPECT_EQ(kinds("x = 1\n\n  # c\ny"), "- b b -");
  EXPECT_EQ(kinds("x = f(\n1,\n# c\n)\ny"), "- c bc c -");
  EXPECT_EQ(kinds("x = 1 + \\\n2\ny"), "- c -");
  EXPECT_EQ(kinds("x = '''a\n# b\n\n'''\ny"), "- s s s -");
  EXPECT_EQ(kinds("x = rb\"\"\"\\\"\"\"\n\"\"\"\ny"), "- s -");
  EXPECT_EQ(kinds("x = 'a\\\nb'\ny"), "- s -");
  EXPECT_EQ(kinds("x = 'a\\\\'\ny"), "- -");
  EXPECT_EQ(kinds("x = '#' # ''' (\ny"), "- -");
  EXPECT_EQ(kinds("x = '''a''' '''b\nc''' (\n) )\ny"), "- s c -");
}

TEST(PythonLines, DoNotLetOneMistakeSwallowTheRest) {
  EXPECT_EQ(kinds("x = 'abc\ny\n"), "- - b");
  EXPECT_EQ(kinds(")\ny"), "- -");
}

}  // namespace
}  // namespace crafter
