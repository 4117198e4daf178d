// Whatever tools are called, their functions and files stay apart.

#include "draft/identifiers.h"

#include <gtest/gtest.h>

#include "draft/testing.h"

namespace crafter {
namespace {

using Names = std::vector<std::string>;

Names of_tools(const Names& names) {
  Identifiers identifiers(testing::catalog());
  Names found;
  for (const auto& name : names) found.push_back(identifiers.of_tool(name));
  return found;
}

TEST(Identifiers, are_the_name_where_that_is_one) {
  EXPECT_EQ(of_tools({"get_weather", "getWeather", "_x", "a1"}),
            (Names{"get_weather", "getWeather", "_x", "a1"}));
}

TEST(Identifiers, have_underscores_for_the_rest) {
  EXPECT_EQ(of_tools({"get-weather", "a.b"}), (Names{"get_weather", "a_b"}));
}

TEST(Identifiers, differ_also_without_regard_to_case) {
  EXPECT_EQ(of_tools({"a-b", "a_b", "a.b"}), (Names{"a_b", "a_b_2", "a_b_3"}));
  EXPECT_EQ(of_tools({"Tool", "tool", "TOOL"}), (Names{"Tool", "tool_2", "TOOL_3"}));
  EXPECT_EQ(of_tools({"a-b", "a_b", "a_b_2"}), (Names{"a_b", "a_b_2", "a_b_2_2"}));
}

TEST(Identifiers, avoid_what_python_the_tools_and_windows_use) {
  EXPECT_EQ(of_tools({"class", "match", "print", "con", "COM1", "args", "__init__", "__x__"}),
            (Names{"class_", "match_", "print_", "con_", "COM1_", "args_", "__init___", "__x___"}));
}

TEST(Identifiers, are_made_of_any_text) {
  Identifiers identifiers(testing::catalog());
  EXPECT_EQ(identifiers.of_text("by day"), "by_day");
  EXPECT_EQ(identifiers.of_text("by: day!"), "by_day_2");
  EXPECT_EQ(identifiers.of_text("日記"), "resource");
  EXPECT_EQ(identifiers.of_text("2024 notes"), "resource_2024_notes");
  EXPECT_EQ(identifiers.of_text(std::string(200, 'x')).size(), 64U);
}

TEST(Identifiers, of_types_are_camels) {
  Identifiers identifiers(testing::catalog());
  EXPECT_EQ(identifiers.type_of("get-weather"), "GetWeatherArgs");
  EXPECT_EQ(identifiers.type_of("get_weather"), "GetWeatherArgs2");
  EXPECT_EQ(identifiers.type_of("getWeather"), "GetWeatherArgs3");
  EXPECT_EQ(identifiers.type_of("_"), "ToolArgs");
  EXPECT_EQ(identifiers.type_of("_1"), "Tool1Args");
}

}  // namespace
}  // namespace crafter
