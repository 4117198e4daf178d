// Strict JSON: what is read, what is refused, and where.

#include <gtest/gtest.h>

#include <random>

#include "base/document.h"

namespace crafter {
namespace {

TEST(JsonReader, ReadsWhatTheWriterWrites) {
  for (const std::string_view text :
       {"null", "true", "false", "0", "-1", "9223372036854775807", "18446744073709551615", "1.0",
        "21.5", "1e+300", "5e-324", "\"\"", "\"a\\\"b\\\\c\\n\\u0001\"", "[]", "{}", "[[],{}]",
        "{\"b\":1,\"a\":[true,null,\"x\"]}", "\"\xC3\xA9\xE2\x80\xA8\xF0\x9F\x98\x80\""}) {
    const auto value = parse_json(text);
    ASSERT_TRUE(value) << text;
    EXPECT_EQ(write_json(*value), text);
  }
}

TEST(JsonReader, KnowsEveryEscape) {
  const auto value = parse_json(R"(" \n\t\"\\\/\b\f\r \u0041\u00e9\uD83D\uDE00\u0000 ")");
  ASSERT_TRUE(value);
  EXPECT_EQ(value->as_string(),
            std::string_view(" \n\t\"\\/\b\f\r A\xC3\xA9\xF0\x9F\x98\x80\0 ", 19));
}

TEST(JsonReader, TakesIntegersBeyond64BitsOnlyWhenExact) {
  EXPECT_EQ(parse_json("100000000000000000000")->as_double(), 1e20);
  EXPECT_EQ(parse_json("-9223372036854775808")->as_int64(), INT64_MIN);
  EXPECT_EQ(parse_json("-0")->as_int64(), 0);
  EXPECT_EQ(parse_json("1e-99999")->as_double(), 0.0);
  EXPECT_FALSE(parse_json("123456789012345678901234567890"));
  EXPECT_FALSE(parse_json(std::string(1000, '9')));
}

struct Refused {
  std::string text;
  std::string code;
  std::string pointer;
  int line;
  int column;
};

class RefusedJson : public testing::TestWithParam<Refused> {};

TEST_P(RefusedJson, NamesPlaceAndCode) {
  const Refused& wanted = GetParam();
  const auto document = read_json(wanted.text, "form.json");
  ASSERT_FALSE(document) << wanted.text;
  EXPECT_EQ(document.failure().fault(), Fault::invalid_input);
  const Diagnostic& first = document.failure().diagnostics().front();
  EXPECT_EQ(first.file, "form.json");
  EXPECT_EQ(first.code, wanted.code) << first.message;
  EXPECT_EQ(first.pointer, wanted.pointer);
  EXPECT_EQ(first.line, wanted.line);
  EXPECT_EQ(first.column, wanted.column);
  const auto quick = parse_json(wanted.text, "form.json");
  ASSERT_FALSE(quick);
  EXPECT_EQ(quick.failure().diagnostics(), document.failure().diagnostics());
}

INSTANTIATE_TEST_SUITE_P(
    Table, RefusedJson,
    testing::Values(
        Refused{"", "document.empty", "", 1, 1}, Refused{" \n ", "document.empty", "", 1, 1},
        Refused{"\xEF\xBB\xBF{}", "document.bom", "", 1, 1},
        Refused{"{\n\"a\": \"\xFF\"}", "document.utf8", "", 2, 7},
        Refused{"{\"a\": \"\xED\xA0\x80\"}", "document.utf8", "", 1, 8},
        Refused{"{\"a\": [1, 012]}", "json.number", "/a/1", 1, 11},
        Refused{"[1.]", "json.number", "/0", 1, 2}, Refused{"[.5]", "json.number", "/0", 1, 2},
        Refused{"[+1]", "json.number", "/0", 1, 2}, Refused{"[-]", "json.word", "/0", 1, 2},
        Refused{"[1e]", "json.number", "/0", 1, 2}, Refused{"[0x10]", "json.number", "/0", 1, 2},
        Refused{"[NaN]", "json.number", "/0", 1, 2},
        Refused{"[1,\n -Infinity]", "json.number", "/1", 2, 2},
        Refused{"[10e11111]", "json.number", "/0", 1, 2},
        Refused{"[True]", "json.word", "/0", 1, 2},
        Refused{"{\"a\": yes}", "json.word", "/a", 1, 7},
        Refused{"{\"a\": 1, \"b\": 2, \"a\": 3}", "json.duplicate_key", "/a", 1, 18},
        Refused{"{\"a\": \"x\ty\"}", "json.control_character", "/a", 1, 9},
        Refused{"[\"\\x\"]", "json.escape", "/0", 1, 3},
        Refused{"[\"\\ud800\"]", "json.escape", "/0", 1, 3},
        Refused{"[\"\\ud800\\u0041\"]", "json.escape", "/0", 1, 3},
        Refused{"[\"\\udc00\"]", "json.escape", "/0", 1, 3},
        Refused{"[\"\\u12g4\"]", "json.escape", "/0", 1, 3},
        Refused{"{\"a\": 1 // one\n}", "json.comment", "", 1, 9},
        Refused{"[1, /* two */ 2]", "json.comment", "", 1, 5},
        Refused{"[1, 2,]", "json.trailing_comma", "", 1, 6},
        Refused{"{\"a\": 1,\n}", "json.trailing_comma", "", 1, 8},
        Refused{"{\"a\" 1}", "json.syntax", "", 1, 6}, Refused{"{a: 1}", "json.syntax", "", 1, 2},
        Refused{"{'a': 1}", "json.syntax", "", 1, 2}, Refused{"[1 2]", "json.syntax", "", 1, 4},
        Refused{"[1}", "json.syntax", "", 1, 3}, Refused{"]", "json.syntax", "", 1, 1},
        Refused{"[", "json.syntax", "", 1, 2}, Refused{"{\"a\":", "json.syntax", "", 1, 6},
        Refused{"[\"a", "json.syntax", "", 1, 2}, Refused{"[\"a\\", "json.syntax", "", 1, 2},
        Refused{"{} {}", "json.syntax", "", 1, 4}, Refused{"1 x", "json.syntax", "", 1, 3},
        Refused{"[1,,2]", "json.syntax", "", 1, 4}, Refused{"[\x01]", "json.syntax", "", 1, 2}));

TEST(JsonReader, FindsEveryProblemAtOnce) {
  const auto document = read_json(R"({"a": 01, "b": NaN, "a": {"c": 1, "c": 2},
  "d": [tru, "\q",],})",
                                  "form.json");
  ASSERT_FALSE(document);
  std::vector<std::string> found;
  for (const auto& problem : document.failure().diagnostics())
    found.push_back(problem.code + " " + problem.pointer);
  EXPECT_EQ(found, (std::vector<std::string>{"json.number /a", "json.number /b",
                                             "json.duplicate_key /a", "json.duplicate_key /a/c",
                                             "json.word /d/0", "json.escape /d/1",
                                             "json.trailing_comma /d", "json.trailing_comma "}));
}

TEST(JsonReader, KeepsPlacesOfValuesAndNames) {
  const auto document = read_json("{\n  \"a/b\": [10,\n    {\"c\": true}]\n}", "x.json");
  ASSERT_TRUE(document);
  EXPECT_EQ(document->place(""), (Place{1, 1}));
  EXPECT_EQ(document->place("/a~1b"), (Place{2, 10}));
  EXPECT_EQ(document->place("/a~1b/0"), (Place{2, 11}));
  EXPECT_EQ(document->place("/a~1b/1/c"), (Place{3, 11}));
  EXPECT_EQ(document->names.at("/a~1b/1/c"), (Place{3, 6}));
  EXPECT_EQ(document->place("/a~1b/1/absent/deep"), (Place{3, 5}));
}

TEST(JsonReader, EnforcesEveryLimit) {
  struct Row {
    std::string text;
    Limits limits;
    std::string code;
  };
  const Limits plain;
  for (const Row& row :
       std::vector<Row>{{"[1,2,3]", {.bytes = 6}, "document.too_large"},
                        {"[[1]]", {.depth = 1}, "document.too_deep"},
                        {"[1,2,3]", {.nodes = 3}, "document.too_many_values"},
                        {"[1,[]]", {.nodes = 2}, "document.too_many_values"},
                        {"[\"abcd\"]", {.string_bytes = 3}, "document.string_too_long"},
                        {"{\"abcd\":1}", {.string_bytes = 3}, "document.string_too_long"},
                        {std::string(1 << 20, '['), plain, "document.too_deep"},
                        {std::string(1 << 20, '1'), plain, "json.number"}}) {
    const auto value = parse_json(row.text, "x", row.limits);
    ASSERT_FALSE(value) << row.code;
    EXPECT_EQ(value.failure().diagnostics().front().code, row.code);
  }
  EXPECT_TRUE(parse_json("[[1]]", "x", {.bytes = 5, .depth = 2, .nodes = 3}));
}

TEST(JsonReader, AnswersNonsenseBriefly) {
  std::string text = "[";
  for (int i = 0; i < 40'000; ++i) text += "NaN,";
  const auto value = parse_json(text + "1]");
  ASSERT_FALSE(value);
  EXPECT_LE(value.failure().diagnostics().size(), 50U);
}

TEST(JsonReader, DoesNotMultiplyHugeNames) {
  const std::string name = "{\"" + std::string(200'000, 'n') + "\":";
  std::string text = name + name + name + "[";
  for (int i = 0; i < 40'000; ++i) text += "1,";
  const auto document = read_json(text + "1]}}}", "x");
  ASSERT_TRUE(document);
  std::size_t bytes = 0;
  for (const auto& [pointer, place] : document->places) bytes += pointer.size();
  EXPECT_LT(bytes, 1U << 20);
}

/// Boost.JSON's parser accepts the same texts, but for what it is known to let through.
TEST(JsonReader, AgreesWithBoostOnMutatedTexts) {
  const std::string seed =
      R"({"a":[1,-2.5e3,true,null,"x\u00e9\n"],"b":{"c":"","d":[[],{}]},"e":1e5})";
  const std::string letters = "{}[]\",:\\ue0123.-+tfn \t/a\x01\xC3";
  std::mt19937 random(1);
  for (int i = 0; i < 200'000; ++i) {
    std::string text = seed;
    for (auto edits = random() % 3 + 1; edits > 0; --edits) {
      const std::size_t at = random() % text.size();
      if (random() % 2 == 0)
        text[at] = letters[random() % letters.size()];
      else
        text.erase(at, random() % 3);
    }
    boost::json::error_code error;
    const Json theirs = boost::json::parse(text, error);
    const auto ours = parse_json(text);
    if (ours) {
      ASSERT_FALSE(error) << text;
      ASSERT_TRUE(equal_json(*ours, theirs)) << text;
    } else if (!error) {
      const std::string& code = ours.failure().diagnostics().front().code;
      ASSERT_TRUE(code == "json.duplicate_key" || code == "json.number") << text << " " << code;
    }
  }
}

}  // namespace
}  // namespace crafter
