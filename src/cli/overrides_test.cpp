// Flags of `create`, and the fields they become.

#include "cli/overrides.h"

#include <gtest/gtest.h>

#include "cli/verbs.h"

namespace crafter::cli {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

const std::vector<std::string> kDeployments{"boat", "cart", "sled"};

Result<std::string> read(const std::string& path) {
  if (path == "tools.yaml") return std::string("- name: echo\n");
  return Failure(Fault::not_found, "os.not_found", "cannot read " + path);
}

Result<std::vector<Override>> overrides(std::vector<std::string> words) {
  words.insert(words.begin(), "create");
  const Parsed parsed = parse(words, verbs(), flags_everywhere());
  return overrides_of(parsed.arguments, kDeployments, read);
}

/// "POINTER=VALUE" for each.
std::string told(const std::vector<std::string>& words) {
  const auto found = overrides(words);
  if (!found) return found.failure().message();
  std::string text;
  for (const Override& each : *found) text += each.pointer + "=" + write_json(each.value) + " ";
  return text;
}

TEST(Overrides, EachFlagBecomesItsField) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> rows{
      {{"--description", "A b"}, R"(/description="A b" )"},
      {{"--capabilities", "tools, prompts"}, R"(/capabilities=["tools","prompts"] )"},
      {{"--deps", "httpx>=0.27", "--deps", "redis"}, R"(/dependencies=["httpx>=0.27","redis"] )"},
      {{"--env", "A=1,B=2", "--env", "C=x,y"},
       R"(/environment_vars/A="1" /environment_vars/B="2" /environment_vars/C="x,y" )"},
      {{"--meta", "author=Ada"}, R"(/metadata/author="Ada" )"},
      {{"--tools", R"([{"name":"a"}])"}, R"(/custom_tools=[{"name":"a"}] )"},
      {{"--tools", R"({"name":"a"})"}, R"(/custom_tools=[{"name":"a"}] )"},
      {{"--tools", "@tools.yaml"}, R"(/custom_tools=[{"name":"echo"}] )"},
      {{"--set", "metadata.license=MIT"}, R"(/metadata/license="MIT" )"},
      {{"--set", "/metadata/a.b=[1]"}, "/metadata/a.b=[1] "},
      {{"--set", "version=\"1.0\""}, R"(/version="1.0" )"},
      {{"--set", "a="}, R"(/a="" )"},
  };
  for (const auto& [words, fields] : rows) EXPECT_EQ(told(words), fields);
}

TEST(Overrides, DeployTurnsOffWhatItDoesNotName) {
  EXPECT_EQ(told({"--deploy", "cart"}),
            "/deployment_config/boat=false /deployment_config/sled=false "
            "/deployment_config/cart=true ");
  EXPECT_EQ(told({"--deploy", "none"}),
            "/deployment_config/boat=false /deployment_config/cart=false "
            "/deployment_config/sled=false ");
  EXPECT_NE(told({"--deploy", "rocket"}).find("/deployment_config/rocket=true"), std::string::npos);
}

TEST(Overrides, BadValuesAreUsage) {
  for (const auto& words : std::vector<std::vector<std::string>>{{"--env", "novalue"},
                                                                 {"--set", "nonsense"},
                                                                 {"--set", "=1"},
                                                                 {"--set", "a..b=1"},
                                                                 {"--meta", ","},
                                                                 {"--tools", "[{"}}) {
    const auto found = overrides(words);
    ASSERT_FALSE(found) << words.back();
    EXPECT_EQ(found.failure().fault(), Fault::usage) << words.back();
  }
}

TEST(Overrides, AMissingToolsFileIsNotFound) {
  EXPECT_EQ(overrides({"--tools", "@absent.json"}).failure().fault(), Fault::not_found);
}

TEST(Overrides, AllProblemsAreFoundAtOnce) {
  EXPECT_EQ(overrides({"--env", "x", "--env", "y", "--set", "z"}).failure().diagnostics().size(),
            3U);
}

TEST(Overrides, ASecretThatIsIllWrittenIsNotRepeated) {
  EXPECT_EQ(told({"--env", "hunter2"}).find("hunter2"), std::string::npos);
}

TEST(Settings, ACommaSeparatesOnlyBeforeAName) {
  const std::vector<std::pair<std::string, Pairs>> rows{
      {"K=V", {{"K", "V"}}},
      {"K=V,K2=V2", {{"K", "V"}, {"K2", "V2"}}},
      {"HOSTS=a,b,PORT=1", {{"HOSTS", "a,b"}, {"PORT", "1"}}},
      {"URL=x?a=1,b", {{"URL", "x?a=1,b"}}},
      {"A=,B=", {{"A", ""}, {"B", ""}}},
      {"A=1,2=3", {{"A", "1,2=3"}}},
      {"novalue", {{"", "novalue"}}},
      {"", {{"", ""}}},
  };
  for (const auto& [text, pairs] : rows) EXPECT_EQ(split_settings(text), pairs) << text;
}

TEST(Pointers, MayBeWrittenWithDotsOrSlashes) {
  EXPECT_EQ(pointer_of("metadata.license"), "/metadata/license");
  EXPECT_EQ(pointer_of("/metadata/license"), "/metadata/license");
  EXPECT_EQ(pointer_of("a/b.c"), "/a~1b/c");
  EXPECT_EQ(pointer_of(""), "");
}

}  // namespace
}  // namespace crafter::cli
