// Files that read back, and files that only look as if they did.

#include "check/readback.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "check/difference.h"
#include "check/env_lines.h"
#include "check/step.h"

namespace crafter {
namespace {

TreeFile emitted(std::string language, const std::string& bytes, const std::string& value) {
  return {.bytes = bytes, .language = std::move(language), .value = *parse_json(value)};
}

class ReadingBack : public testing::Test {
 protected:
  /// "code: message hint" of the failure, or the words of success.
  static std::string words_of(const Result<std::string>& result) {
    if (result) return *result;
    const Diagnostic& first = result.failure().diagnostics().front();
    return first.code + ": " + first.message + (first.hint.empty() ? "" : " | " + first.hint);
  }
  std::string parse(const std::string& path, const TreeFile& file) {
    return words_of(read_back({{path, file}}, worker_, {}));
  }
  std::string compile(const std::string& path, const TreeFile& file) {
    return words_of(compile_all({{path, file}}, worker_, {}));
  }

  PythonWorker worker_{*find_python(std::getenv("PATH"))};
};

TEST_F(ReadingBack, FindsEveryLanguageEqual) {
  const std::string one = "1 files read back";
  EXPECT_EQ(parse("a.json", emitted("json", "{\"a\": [1, \"\\u00e9\"]}", R"({"a":[1,"é"]})")), one);
  EXPECT_EQ(parse("a.toml", emitted("toml", "a = [1, 2.5]\n", R"({"a":[1,2.5]})")), one);
  EXPECT_EQ(parse("a.yml", emitted("yaml", "a: \"no\"\nb: 0x10\n", R"({"a":"no","b":16})")), one);
  EXPECT_EQ(parse("c.yml", emitted("compose", "a: \"$$x$$$$\"\n", R"({"a":"$x$$"})")), one);
  EXPECT_EQ(parse(".env.example",
                  emitted("env", "# why\nA='b c'\n\nB=\n",
                          R"([{"name":"A","value":"b c","comment":"why"},{"name":"B"}])")),
            one);
}

TEST_F(ReadingBack, NamesTheFileAndThePlaceThatDiffers) {
  EXPECT_EQ(parse("a.json", emitted("json", "{\"a\": [1]}", R"({"a":[2]})")),
            "proof.parse: parse: a.json does not read back as it was meant | at /a/0: expected 2, "
            "found 1");
  EXPECT_EQ(parse("a.yml", emitted("yaml", "a: no\n", R"({"a":false})")),
            "proof.parse: parse: a.yml does not read back as it was meant | at /a: expected false, "
            "found \"no\"");
  EXPECT_EQ(parse("c.yml", emitted("compose", "a: \"$x\"\n", R"({"a":"$$x"})")),
            "proof.parse: parse: c.yml does not read back as it was meant | at /a: expected "
            "\"$$x\", found \"$x\"");
  EXPECT_EQ(parse(".env", emitted("env", "A=1\nEVIL=2\n", R"([{"name":"A","value":"1"}])")),
            "proof.parse: parse: .env does not read back as it was meant | "
            "at /1: expected nothing, found {\"name\":\"EVIL\",\"value\":\"2\"}");
  EXPECT_TRUE(parse("a.yml", emitted("yaml", "a: [", "{}"))
                  .starts_with("proof.parse: parse: a.yml cannot be read"));
}

TEST_F(ReadingBack, WantsEditedFilesToReadAtAll) {
  EXPECT_EQ(parse("a.json", {.bytes = "{}"}), "1 files read back");
  EXPECT_TRUE(parse("src/a.json", {.bytes = "{"})
                  .starts_with("proof.parse: parse: src/a.json cannot be read"));
  EXPECT_TRUE(
      parse("a.toml", {.bytes = "a ="}).starts_with("proof.parse: parse: a.toml cannot be read"));
  EXPECT_TRUE(parse(".mcp.json", {.bytes = "//"}).starts_with("proof.parse"));
  for (const char* path : {".vscode/settings.json", "src/.idea/a.json", "notes.md", "a.yml"})
    EXPECT_EQ(parse(path, {.bytes = "// comment: ["}), "0 files read back") << path;
}

TEST_F(ReadingBack, ComparesPlacedBodies) {
  const std::string file = "async def f(ctx, /, **kwargs):\n    return 1\n";
  const auto value = [](const std::string& body) {
    return R"([{"doc":"x"},{"function":{"name":"f","body":{"implementation":")" + body + R"("}}}])";
  };
  EXPECT_EQ(compile("a.py", emitted("python", file, value("return 1"))),
            "1 files compiled, 1 bodies as submitted");
  EXPECT_EQ(compile("a.py", emitted("python", file, value("return 2"))),
            "proof.compile: compile: a.py: the body of f is not what was submitted");
  EXPECT_EQ(compile("a.py", {.bytes = "x ="}),
            "proof.compile: compile: a.py: line 1: invalid syntax");
  EXPECT_EQ(compile("a.txt", {.bytes = "x ="}), "0 files compiled, 0 bodies as submitted");
}

TEST_F(ReadingBack, EndsWhenAsked) {
  std::stop_source stop;
  stop.request_stop();
  const auto result = read_back({{"a.json", {.bytes = "{}"}}}, worker_, stop.get_token());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.failure().fault(), Fault::cancelled);
}

TEST(Difference, IsFoundAtTheFirstPlace) {
  const auto words = [](const char* expected, const char* found) {
    return difference(*parse_json(expected), *parse_json(found));
  };
  EXPECT_EQ(words(R"({"a":1,"b":[2.0]})", R"({"b":[2],"a":1.0})"), "");
  EXPECT_EQ(words("1", "2"), "at the top: expected 1, found 2");
  EXPECT_EQ(words(R"({"a/b":1})", "{}"), "at /a~1b: expected 1, found nothing");
  EXPECT_EQ(words("[1]", "[1,2]"), "at /1: expected nothing, found 2");
  EXPECT_EQ(words("{}", "[]"), "at the top: expected {}, found []");
}

TEST(EnvLines, AreNamesAndValues) {
  const auto lines = env_lines("# A=1\nB=2\nC='x=y'\nD=\"\"\n  \nE\n");
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_EQ(lines[1].second, "x=y");
  EXPECT_EQ(lines[2], std::make_pair(std::string("D"), std::string()));
  EXPECT_EQ(lines[3].first, "E");
}

TEST(Tail, IsTheEndAndAlwaysText) {
  std::string lines;
  for (int i = 1; i <= 100; ++i) lines += "line " + std::to_string(i) + "\n";
  EXPECT_TRUE(tail(lines).starts_with("line 41\n"));
  EXPECT_TRUE(tail(lines).ends_with("line 100"));
  EXPECT_EQ(tail("a\xff"), "a?");
  EXPECT_EQ(tail(""), "");
  EXPECT_LE(tail(std::string(100'000, 'x')).size(), 8U << 10);
}

TEST(StepFailure, NamesTheStep) {
  const Failure failure = step_failure("stdio 2025-11-25", "no answer", "last words");
  EXPECT_EQ(failure.fault(), Fault::unverified);
  EXPECT_EQ(failure.diagnostics().front().code, "proof.stdio-2025-11-25");
  EXPECT_EQ(failure.message(), "stdio 2025-11-25: no answer");
  EXPECT_EQ(failure.diagnostics().front().hint, "last words");
  const Failure cause(Fault::unverified, "mcp.closed", "closed", "what it said");
  EXPECT_EQ(step_failure("a", cause, "what it said").diagnostics().front().hint, "what it said");
  EXPECT_EQ(step_failure("a", cause, "else").diagnostics().front().hint, "what it said\nelse");
}

}  // namespace
}  // namespace crafter
