// YAML 1.2: what plain words mean, what is refused, and where.

#include <gtest/gtest.h>

#include "base/document.h"

namespace crafter {
namespace {

TEST(YamlReader, ResolvesPlainScalarsByTheCoreSchema) {
  const std::pair<const char*, const char*> rows[] = {
      {"no", "\"no\""},
      {"on", "\"on\""},
      {"yes", "\"yes\""},
      {"off", "\"off\""},
      {"y", "\"y\""},
      {"true", "true"},
      {"True", "true"},
      {"FALSE", "false"},
      {"tRUE", "\"tRUE\""},
      {"~", "null"},
      {"null", "null"},
      {"NULL", "null"},
      {"nUll", "\"nUll\""},
      {"012", "12"},
      {"0", "0"},
      {"-7", "-7"},
      {"+7", "7"},
      {"0o17", "15"},
      {"0xFF", "255"},
      {"0xfg", "\"0xfg\""},
      {"0o8", "\"0o8\""},
      {"-0xF", "\"-0xF\""},
      {".5", "0.5"},
      {"5.", "5.0"},
      {"1e3", "1000.0"},
      {"-1.5E-2", "-0.015"},
      {"+.5", "0.5"},
      {"1.0", "1.0"},
      {"1_000", "\"1_000\""},
      {"2024-01-01", "\"2024-01-01\""},
      {"12:30:45", "\"12:30:45\""},
      {"1.10.0", "\"1.10.0\""},
      {".", "\".\""},
      {"-", "[null]"},
      {"+", "\"+\""},
      {"e3", "\"e3\""},
      {"1e", "\"1e\""},
      {".e3", "\".e3\""},
      {"\"12\"", "\"12\""},
      {"'true'", "\"true\""},
      {"\"\"", "\"\""},
      {"a:b", "\"a:b\""},
      {"a#b", "\"a#b\""},
      {"9223372036854775808", "9223372036854775808"},
      {"0x8000000000000000", "9223372036854775808"},
      {"inf", "\"inf\""},
      {"NaN", "\"NaN\""},
      {"|\n  a\n  b\n", "\"a\\nb\\n\""},
      {">-\n  a\n  b\n", "\"a b\""},
      {"\"\\x41\\u00e9\\n\"", "\"A\xC3\xA9\\n\""}};
  for (const auto& [text, wanted] : rows) {
    const auto document = read_yaml(text, "x.yaml");
    ASSERT_TRUE(document) << text;
    EXPECT_EQ(write_json(document->value), wanted) << text;
  }
}

TEST(YamlReader, ReadsContainersAnchorsAndNames) {
  const std::pair<const char*, const char*> rows[] = {
      {"a: 1\nb:\n  - x\n  - {c: d}\n", R"({"a":1,"b":["x",{"c":"d"}]})"},
      {"a:\nb: ~\n", R"({"a":null,"b":null})"},
      {"a: &x [1, {b: 2}]\nc: *x\n", R"({"a":[1,{"b":2}],"c":[1,{"b":2}]})"},
      {"&k a: &v 1\nb: [*k, *v]\n", R"({"a":1,"b":["a",1]})"},
      {"a: &x 1\nb: &x 2\nc: *x\n", R"({"a":1,"b":2,"c":2})"},
      {"<<: {a: 1}\nb: 2\n", R"({"<<":{"a":1},"b":2})"},
      {"base: &b {a: 1}\nuse: {<<: *b}\n", R"({"base":{"a":1},"use":{"<<":{"a":1}}})"},
      {"1: a\ntrue: b\nnull: c\n1.50: d\n", R"({"1":"a","true":"b","null":"c","1.50":"d"})"},
      {"? a\n: b\n", R"({"a":"b"})"},
      {"%YAML 1.2\n---\na: 1\n...\n", R"({"a":1})"},
      {"# c\n- - 1\n  - 2\n- []\n", "[[1,2],[]]"}};
  for (const auto& [text, wanted] : rows) {
    const auto document = read_yaml(text, "x.yaml");
    ASSERT_TRUE(document) << text << document.failure().message();
    EXPECT_EQ(write_json(document->value), wanted) << text;
  }
}

struct Refused {
  std::string text;
  std::string code;
  std::string pointer;
  int line;
  int column;
};

class RefusedYaml : public testing::TestWithParam<Refused> {};

TEST_P(RefusedYaml, NamesPlaceAndCode) {
  const Refused& wanted = GetParam();
  const auto document = read_yaml(wanted.text, "form.yaml");
  ASSERT_FALSE(document) << wanted.text;
  const Diagnostic& first = document.failure().diagnostics().front();
  EXPECT_EQ(first.code, wanted.code) << first.message;
  EXPECT_EQ(first.pointer, wanted.pointer);
  EXPECT_EQ(first.line, wanted.line);
  EXPECT_EQ(first.column, wanted.column);
}

INSTANTIATE_TEST_SUITE_P(
    Table, RefusedYaml,
    testing::Values(
        Refused{"", "document.empty", "", 1, 1}, Refused{"# only\n", "document.empty", "", 1, 1},
        Refused{"---\n", "document.empty", "", 1, 1},
        Refused{"\xEF\xBB\xBF"
                "a: 1",
                "document.bom", "", 1, 1},
        Refused{"a: \"caf\xE9\"", "document.utf8", "", 1, 8},
        Refused{"a: 1\nb: 2\na: 3\n", "yaml.duplicate_key", "/a", 3, 1},
        Refused{"x:\n  - {a: 1, \"a\": 2}\n", "yaml.duplicate_key", "/x/0/a", 2, 12},
        Refused{"a: .nan", "yaml.number", "/a", 1, 4},
        Refused{"- 1\n- -.Inf\n", "yaml.number", "/1", 2, 3},
        Refused{"a: 1e999", "yaml.number", "/a", 1, 4},
        Refused{"a: 0x1ffffffffffffffff", "yaml.number", "/a", 1, 4},
        Refused{"a: !!str 1", "yaml.tag", "/a", 1, 4}, Refused{"a: ! 1", "yaml.tag", "/a", 1, 4},
        Refused{"- !!python/object:os.system [x]", "yaml.tag", "/0", 1, 3},
        Refused{"!!str a: 1", "yaml.tag", "", 1, 1}, Refused{"!x {}", "yaml.tag", "", 1, 1},
        Refused{"a: *b", "yaml.alias", "/a", 1, 4},
        Refused{"a: &b [1, *b]", "yaml.alias", "/a/1", 1, 11},
        Refused{"[a]: b", "yaml.name", "", 1, 1}, Refused{"a: &x 1\n*x : 2", "yaml.name", "", 2, 1},
        Refused{"a: 1\n---\nb: 2", "yaml.documents", "", 2, 1},
        Refused{"a:\n\tb: 1", "yaml.syntax", "", 2, 1}, Refused{"a: b: c", "yaml.syntax", "", 1, 5},
        Refused{"a: @x", "yaml.syntax", "", 1, 4}, Refused{"\xC3\xA9: [1", "yaml.syntax", "", 1, 7},
        Refused{"a: \"\x01\"", "yaml.syntax", "", 1, 5},
        Refused{"a: \"\\ud800\"", "yaml.syntax", "", 1, 7}));

TEST(YamlReader, FindsEveryProblemAtOnce) {
  const auto document = read_yaml("a: .inf\nb: *c\na: !x 1\nd: {e: 1, e: 2}\n", "x.yaml");
  ASSERT_FALSE(document);
  std::vector<std::string> found;
  for (const auto& problem : document.failure().diagnostics())
    found.push_back(problem.code + " " + problem.pointer);
  EXPECT_EQ(found,
            (std::vector<std::string>{"yaml.number /a", "yaml.alias /b", "yaml.duplicate_key /a",
                                      "yaml.tag /a", "yaml.duplicate_key /d/e"}));
}

TEST(YamlReader, CountsColumnsInBytes) {
  const auto document =
      read_yaml("\xC3\xA9\xC3\xA9: {a: \xF0\x9F\x98\x80, b: 1}\r\nc: 2", "x.yaml");
  ASSERT_TRUE(document);
  EXPECT_EQ(document->place("/\xC3\xA9\xC3\xA9/b"), (Place{1, 20}));
  EXPECT_EQ(document->place("/c"), (Place{2, 4}));
  EXPECT_EQ(document->names.at("/c"), (Place{2, 1}));
}

TEST(YamlReader, BoundsAliases) {
  std::string laughs = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (char c = '1'; c <= '9'; ++c) {
    const std::string before = std::string("*a") + static_cast<char>(c - 1);
    laughs += std::string("a") + c + ": &a" + c + " [";
    for (int i = 0; i < 10; ++i) laughs += before + ",";
    laughs += "]\n";
  }
  std::string texts = "a: &a \"" + std::string(200'000, 'x') + "\"\nb: [";
  for (int i = 0; i < 1'000; ++i) texts += "*a,";
  texts += "]";
  std::string deep = "- &a0 []\n";
  for (int i = 1; i < 80; ++i)
    deep += "- &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + "]\n";
  const std::pair<std::string, const char*> rows[] = {
      {laughs, "document.too_large"}, {texts, "document.too_large"}, {deep, "document.too_deep"}};
  for (const auto& [text, code] : rows) {
    const auto document = read_yaml(text, "x.yaml");
    ASSERT_FALSE(document);
    EXPECT_EQ(document.failure().diagnostics().front().code, code);
  }
}

TEST(YamlReader, SurvivesDeepNesting) {
  for (const char* piece : {"[", "- ", "? ", "a: [", "&a [", "[{"}) {
    std::string text;
    while (text.size() < 1'000'000) text += piece;
    EXPECT_FALSE(read_yaml(text, "x.yaml")) << piece;
  }
}

}  // namespace
}  // namespace crafter
