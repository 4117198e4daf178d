// Looking into JSON: equality, pointers, members.

#include "base/json.h"

#include <gtest/gtest.h>

namespace crafter {
namespace {

TEST(EqualJson, ComparesAsJsonSchemaDoes) {
  struct Row {
    const char* one;
    const char* two;
    bool equal;
  };
  for (const Row& row :
       std::initializer_list<Row>{{"1", "1.0", true},
                                  {"0", "-0.0", true},
                                  {"1", "true", false},
                                  {"null", "false", false},
                                  {"9007199254740993", "9007199254740992.0", false},
                                  {"9007199254740992", "9007199254740992.0", true},
                                  {"18446744073709551615", "18446744073709551616.0", false},
                                  {"18446744073709551615", "-1", false},
                                  {"9223372036854775808", "9223372036854775808.0", true},
                                  {"-9223372036854775808", "-9223372036854775808.0", true},
                                  {"1", "1.5", false},
                                  {"\"a\"", "\"a\"", true},
                                  {"\"1\"", "1", false},
                                  {"[1,2]", "[1.0,2]", true},
                                  {"[1,2]", "[2,1]", false},
                                  {"[1]", "[1,1]", false},
                                  {R"({"a":1,"b":[{}]})", R"({"b":[{}],"a":1.0})", true},
                                  {R"({"a":1})", R"({"a":1,"b":2})", false},
                                  {R"({"a":1})", R"({"b":1})", false}}) {
    const Json one = *parse_json(row.one);
    const Json two = *parse_json(row.two);
    EXPECT_EQ(equal_json(one, two), row.equal) << row.one << " " << row.two;
    EXPECT_EQ(equal_json(two, one), row.equal) << row.two << " " << row.one;
    EXPECT_EQ(canonical_json(one) == canonical_json(two), row.equal) << row.one << " " << row.two;
  }
}

TEST(CompareNumbers, OrdersAcrossKinds) {
  const char* const rising[] = {"-1e300",
                                "-9223372036854775809.0",
                                "-9223372036854775808",
                                "-1",
                                "-0.5",
                                "0",
                                "0.5",
                                "1",
                                "9007199254740992.0",
                                "9007199254740993",
                                "9223372036854775807",
                                "9223372036854775808",
                                "18446744073709551615",
                                "18446744073709551616.0",
                                "1e300"};
  for (const char* low : rising)
    for (const char* high : rising) {
      const bool before = std::find(std::begin(rising), std::end(rising), low) <
                          std::find(std::begin(rising), std::end(rising), high);
      if (std::string_view(low) == "-9223372036854775809.0") continue;  // rounds to its neighbour
      if (std::string_view(high) == "-9223372036854775809.0") continue;
      EXPECT_EQ(compare_numbers(*parse_json(low), *parse_json(high)) < 0, before)
          << low << " " << high;
    }
}

TEST(AtPointer, FollowsRfc6901) {
  const Json root = *parse_json(
      R"({"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"m~n":8,"deep":{"list":[{"x":9}]}})");
  const std::pair<const char*, const char*> rows[] = {
      {"/foo/0", "\"bar\""}, {"/", "0"},     {"/a~1b", "1"},
      {"/c%d", "2"},         {"/m~0n", "8"}, {"/deep/list/0/x", "9"}};
  for (const auto& [pointer, text] : rows) {
    const Json* value = at_pointer(root, pointer);
    ASSERT_NE(value, nullptr) << pointer;
    EXPECT_EQ(write_json(*value), text);
  }
  EXPECT_EQ(at_pointer(root, ""), &root);
  for (const char* absent :
       {"foo", "/foo/2", "/foo/01", "/foo/-", "/foo/", "/foo/0/x", "/x", "/foo/+1"})
    EXPECT_EQ(at_pointer(root, absent), nullptr) << absent;
}

TEST(AppendPointer, Escapes) {
  EXPECT_EQ(append_pointer("", "a/b~c"), "/a~1b~0c");
  EXPECT_EQ(append_pointer("/x", 12), "/x/12");
}

TEST(Find, ReturnsMembersOnlyOfObjects) {
  const Json value = *parse_json(R"({"a":"x","b":1})");
  EXPECT_EQ(find(value, "a")->as_string(), "x");
  EXPECT_EQ(find(value, "c"), nullptr);
  EXPECT_EQ(find(Json(1), "c"), nullptr);
  EXPECT_EQ(text_of(value, "a"), "x");
  EXPECT_EQ(text_of(value, "b"), "");
  EXPECT_EQ(text_of(nullptr, "b"), "");
}

}  // namespace
}  // namespace crafter
