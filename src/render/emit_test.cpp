// Values become text of one language and nothing of another.

#include <gtest/gtest.h>

#include "render/render.h"

namespace crafter {
namespace {

std::string emitted(std::string_view language, std::string_view value,
                    std::string_view comment = {}) {
  const auto text = emit(language, *parse_json(value), comment);
  return text ? *text : text.failure().message();
}

TEST(Yaml, QuotesEveryStringAndDoubtfulKeys) {
  EXPECT_EQ(emitted("yaml", R"({"a-b": "no", "yes": 1, "1": "1.0", "a b": null, "t": true,
                               "f": 1e300, "x": 0.5, "": "a: b #c\n\u0085"})",
                    "A file."),
            "# A file.\n"
            "---\n"
            "a-b: \"no\"\n"
            "\"yes\": 1\n"
            "\"1\": \"1.0\"\n"
            "\"a b\": null\n"
            "t: true\n"
            "f: 1.0e+300\n"
            "x: 0.5\n"
            "\"\": \"a: b #c\\n\\u0085\"\n");
}

TEST(Yaml, NestsInBlocks) {
  EXPECT_EQ(
      emitted("yaml", R"({"a": {"b": [1, {"c": [], "d": {}}, [2, [3]]]}, "l": [{"x": {"z": 1}}]})"),
      "---\n"
      "a:\n"
      "  b:\n"
      "    - 1\n"
      "    - c: []\n"
      "      d: {}\n"
      "    - - 2\n"
      "      - - 3\n"
      "l:\n"
      "  - x:\n"
      "      z: 1\n");
  EXPECT_EQ(emitted("yaml", "[]"), "---\n[]\n");
}

TEST(Compose, DoublesDollarsOfValuesAlone) {
  EXPECT_EQ(emitted("compose", R"({"$a": "${HOME} $", "b": ["$$"]})"),
            "---\n\"$a\": \"$${HOME} $$\"\nb:\n  - \"$$$$\"\n");
}

TEST(Toml, PutsValuesBeforeTables) {
  EXPECT_EQ(emitted("toml", R"({"project": {"scripts": {"a.b": "x"}, "name": "n", "one": ["a"],
                                "two": ["a", "b"], "none": []},
                                "tool": {"x": {"y": {"z": 1.0}}, "e": {}}, "top": true})",
                    "Identity."),
            "# Identity.\n"
            "\n"
            "top = true\n"
            "\n"
            "[project]\n"
            "name = \"n\"\n"
            "one = [\"a\"]\n"
            "two = [\n"
            "    \"a\",\n"
            "    \"b\",\n"
            "]\n"
            "none = []\n"
            "\n"
            "[project.scripts]\n"
            "\"a.b\" = \"x\"\n"
            "\n"
            "[tool.x.y]\n"
            "z = 1.0\n"
            "\n"
            "[tool.e]\n");
}

TEST(Toml, WritesListsOfObjects) {
  EXPECT_EQ(emitted("toml", R"({"authors": [{"name": "a"}], "m": [1, [2, {"k": "v"}]],
                                "overrides": [{"module": ["a"], "in": {"x": 1}}, {}]})"),
            "authors = [{ name = \"a\" }]\n"
            "m = [\n"
            "    1,\n"
            "    [2, { k = \"v\" }],\n"
            "]\n"
            "\n"
            "[[overrides]]\n"
            "module = [\"a\"]\n"
            "\n"
            "[overrides.in]\n"
            "x = 1\n"
            "\n"
            "[[overrides]]\n");
}

TEST(Toml, SaysWhatItCannotSay) {
  EXPECT_EQ(emitted("toml", "[1]"), "the value is no object");
  EXPECT_EQ(emitted("toml", R"({"a": null})"), "there is no null in TOML");
  EXPECT_EQ(emitted("toml", R"({"a": 18446744073709551615})"), "an integer is too large for TOML");
}

TEST(Env, QuotesWhatIsNotPlain) {
  EXPECT_EQ(emitted("env", R"([{"name": "A", "value": "http://x:1/a,b=%+@"},
                               {"name": "B", "value": "a b \"$HOME\" \\", "comment": "two\n lines"},
                               {"name": "C", "value": ""}])",
                    "Variables."),
            "# Variables.\n"
            "\n"
            "A=http://x:1/a,b=%+@\n"
            "\n"
            "# two lines\n"
            "B='a b \"$HOME\" \\'\n"
            "C=\n");
}

TEST(Env, RefusesWhatNoReaderTakesAlike) {
  EXPECT_EQ(emitted("env", R"([{"name": "A", "value": "it's"}])"),
            "the value of A has a quote or line feed");
  EXPECT_EQ(emitted("env", R"([{"name": "A", "value": "a\nB=1"}])"),
            "the value of A has a quote or line feed");
  EXPECT_EQ(emitted("env", R"([{"name": "A B", "value": ""}])"), "\"A B\" is no name");
}

TEST(Emit, RefusesUnknownLanguagesAndComments) {
  EXPECT_EQ(emitted("perl", "1"), "nobody writes \"perl\"");
  EXPECT_EQ(emitted("json", "1", "x"), "\"x\" cannot be a comment here");
  EXPECT_EQ(emitted("yaml", "1", "a\nb: 1"), "\"a\\nb: 1\" cannot be a comment here");
  EXPECT_EQ(emitted("yaml", "1", "\xC3\xA9"), "\"\xC3\xA9\" cannot be a comment here");
}

TEST(Json, IsIndented) {
  EXPECT_EQ(emitted("json", R"({"a":[1]})"), "{\n  \"a\": [\n    1\n  ]\n}\n");
}

}  // namespace
}  // namespace crafter
