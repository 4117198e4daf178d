// Ticket bodies keep their meaning where they are placed; every proof compares syntax trees.

#include "render/place.h"

#include <gtest/gtest.h>

namespace crafter {
namespace {

std::string placed(std::string_view implementation) {
  return placed_body({.implementation = implementation,
                      .properties = {"city", "days", "class", "max", "ctx", "a-b"},
                      .present = {"city"},
                      .signature = "ctx: Context, /, **kwargs: Args",
                      .tool = "get-weather",
                      .file = "src/tools/get_weather.py"});
}

TEST(Place, IndentsLinesButNotStrings) {
  EXPECT_EQ(placed("x = '''a\n  b\n\n'''\n\nif x:\n    return x"),
            "    x = '''a\n  b\n\n'''\n\n    if x:\n        return x\n");
  EXPECT_EQ(placed("s = 'a\\\nb'\nreturn s"), "    s = 'a\\\nb'\n    return s\n");
  EXPECT_EQ(placed("x = f(\n1,\n  2)\nreturn x"), "    x = f(\n    1,\n      2)\n    return x\n");
  EXPECT_EQ(placed("\n \nreturn 1\n\n"), "    return 1\n");
  EXPECT_EQ(placed("return \"\"\"\n\n\"\"\""), "    return \"\"\"\n\n\"\"\"\n");
}

TEST(Place, LeavesABodyThatIsNotWrittenToTheUser) {
  const std::string raise =
      "    raise NotImplementedError(\"get-weather is not implemented yet: edit "
      "src/tools/get_weather.py\")\n";
  for (const char* text : {"", "pass", "...", "\n\n", "pass; ..."}) EXPECT_EQ(placed(text), raise);
  EXPECT_EQ(placed("# to do\n\npass  # later"), "    # to do\n\n    # later\n" + raise);
}

TEST(Place, BindsBareNames) {
  EXPECT_EQ(placed("return f'{city} {days}'"),
            "    city = kwargs[\"city\"]\n    days = kwargs.get(\"days\")\n"
            "    return f'{city} {days}'\n");
  EXPECT_EQ(placed("return x.city"), "    return x.city\n");
  EXPECT_EQ(placed("return kwargs['a'], city"),
            "    city = kwargs[\"city\"]\n    return kwargs['a'], city\n");
  EXPECT_EQ(placed("city = kwargs['city']\nreturn city"),
            "    city = kwargs['city']\n    return city\n");
  EXPECT_EQ(placed("return max(1, 2), ctx"), "    return max(1, 2), ctx\n");
  EXPECT_EQ(placed("return max"), "    max = kwargs.get(\"max\")\n    return max\n");
}

TEST(Place, KnowsDefinitionsOfTheToolItself) {
  EXPECT_TRUE(
      is_definition("import a\n\nX: int = 1\n@b\nasync def get(ctx):\n    return 1", "get"));
  EXPECT_TRUE(is_definition("\"\"\"Doc\nreturn\n\"\"\"\ndef get(\n): return 1", "get"));
  EXPECT_FALSE(is_definition("def get(): return 1\nreturn get()", "get"));
  EXPECT_FALSE(is_definition("def getter(): return 1", "get"));
  EXPECT_FALSE(is_definition("if x:\n    def get(): pass", "get"));
  EXPECT_FALSE(is_definition("async with x:\n    pass\ndef get(): pass", "get"));
  EXPECT_FALSE(is_definition("print(1)\ndef get(): pass", "get"));
  EXPECT_FALSE(is_definition("x = 1", "x"));
}

}  // namespace
}  // namespace crafter
