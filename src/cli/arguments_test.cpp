// Words of a command line, and what is understood of them.

#include "cli/arguments.h"

#include <gtest/gtest.h>

#include "cli/verbs.h"

namespace crafter::cli {
namespace {

Parsed parsed(const std::vector<std::string>& words) {
  return parse(words, verbs(), flags_everywhere());
}

std::string problem_of(const std::vector<std::string>& words) {
  const Parsed found = parsed(words);
  if (found.problems.empty()) return "";
  return found.problems.front().message + "; " + found.problems.front().hint;
}

TEST(Arguments, FlagsOfEverywhereMayStandBeforeTheVerbAndAfterIt) {
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"--json", "-C", "there", "list"}, {"list", "--json", "-Cthere"}, {"-C=", "list"}}) {
    const Parsed found = parsed(words);
    ASSERT_TRUE(found.problems.empty()) << problem_of(words);
    EXPECT_EQ(found.arguments.verb->name, "list");
  }
  EXPECT_EQ(parsed({"-C", "there", "list"}).arguments.value("-C"), "there");
  EXPECT_EQ(parsed({"list", "-Cthere"}).arguments.value("-C"), "there");
}

TEST(Arguments, ValuesComeAfterASpaceOrAnEqualsSign) {
  const Arguments found =
      parsed({"create", "a", "--form", "-", "--form={}", "--deps=a=1"}).arguments;
  EXPECT_EQ(found.values("--form"), (std::vector<std::string>{"-", "{}"}));
  EXPECT_EQ(found.value("--deps"), "a=1");
  EXPECT_EQ(found.value("--proof", "full"), "full");
  EXPECT_EQ(found.operand(0), "a");
  EXPECT_EQ(found.operand(1), "");
}

TEST(Arguments, LettersMayBeJoined) {
  const Arguments found = parsed({"list", "-qy"}).arguments;
  EXPECT_TRUE(found.has("--quiet"));
  EXPECT_TRUE(found.has("--yes"));
}

TEST(Arguments, AfterTwoHyphensEverythingIsAnOperand) {
  EXPECT_EQ(parsed({"info", "--", "--json"}).arguments.operand(0), "--json");
}

struct Row {
  std::vector<std::string> words;
  std::string problem;
};

TEST(Arguments, WhatIsWrongIsSaidWithAHint) {
  const std::vector<Row> rows{
      {{"crate", "x"}, R"(unknown verb "crate"; did you mean "create"?)"},
      {{"lst"}, R"(unknown verb "lst"; did you mean "list"?)"},
      {{"list", "--jsn"}, R"(unknown flag "--jsn"; did you mean "--json"?)"},
      {{"create", "--complexty", "simple"},
       R"(unknown flag "--complexty"; did you mean "--complexity"?)"},
      {{"create", "x-y", "--complexity"}, "--complexity needs a value; write --complexity NAME"},
      {{"create", "--complexity", "--json"}, "--complexity needs a value; write --complexity NAME"},
      {{"list", "--json=yes"}, "--json takes no value; "},
      {{"create", "--proof", "some"},
       R"(--proof cannot be "some"; it is one of none, syntax and full)"},
      {{"delete"}, "delete needs NAME; usage: mcp-crafter delete NAME"},
      {{"create", "a", "b"},
       R"("b" is one word too many for create; usage: mcp-crafter create [NAME])"},
      {{"call", "a"}, "call needs TOOL; usage: mcp-crafter call NAME TOOL [ARGS]"},
  };
  for (const Row& row : rows) EXPECT_EQ(problem_of(row.words), row.problem);
}

TEST(Arguments, AllUnknownFlagsAreFoundAtOnce) {
  EXPECT_EQ(parsed({"list", "--wat", "--huh"}).problems.size(), 2U);
}

TEST(Arguments, TheWordAfterAnUnknownFlagMayBeItsValue) {
  EXPECT_EQ(parsed({"create", "x-y", "--complexty", "simple"}).problems.size(), 1U);
}

TEST(Arguments, WhatFollowsAnUnknownVerbIsNotHeldAgainstAnybody) {
  const Parsed found = parsed({"watch", "--notify", "here", "--json"});
  EXPECT_EQ(found.problems.size(), 1U);
  EXPECT_TRUE(found.arguments.has("--json"));
}

TEST(Verbs, EveryOneHasAHelpfulRow) {
  for (const Verb& verb : verbs()) {
    EXPECT_FALSE(verb.summary.empty()) << verb.name;
    EXPECT_NE(verb.examples.find(verb.name), std::string_view::npos) << verb.name;
    EXPECT_NE(verb.act, nullptr) << verb.name;
  }
}

}  // namespace
}  // namespace crafter::cli
