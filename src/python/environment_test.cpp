// Environments: made once for a set of requirements, found again by every project that has it.

#include "python/environment.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "base/text.h"
#include "os/disk.h"
#include "os/process.h"
#include "python/test_home.h"
#include "python/uv.h"

namespace crafter {
namespace {

std::string project(const std::string& name, const std::string& dependencies) {
  return "[project]\nname = \"" + name +
         "\"\nversion = \"1.2.0rc1\"\nrequires-python = \">=3.11\"\n" + "dependencies = [" +
         dependencies + "]\n[dependency-groups]\ndev = [\"iniconfig>=2\"]\n" +
         "[tool.uv]\npackage = false\n";
}

Result<Environment> make(const PythonHome& home, const std::string& pyproject,
                         std::vector<std::string>& said) {
  return environment_for(home, pyproject, [&](std::string words) { said.push_back(words); }, {});
}

bool is_offline(const Result<Environment>& made) {
  return !made && is_offline(made.failure());
}

TEST(Environment, IsMadeOnceForAllProjectsWithTheSameRequirements) {
  const PythonHome home = test_home();
  std::vector<std::string> said;
  const auto first = make(home, project("first", "\"idna>=3\""), said);
  if (is_offline(first)) GTEST_SKIP() << first.failure().message();
  ASSERT_TRUE(first) << first.failure().message() << first.failure().diagnostics()[0].hint;
  said.clear();
  const auto begin = std::chrono::steady_clock::now();
  const auto second = make(home, project("a-second", "\"idna>=3\""), said);
  const auto took = std::chrono::steady_clock::now() - begin;
  ASSERT_TRUE(second);
  EXPECT_EQ(first->folder, second->folder);
  EXPECT_EQ(first->installed, second->installed);
  EXPECT_EQ(first->installed.size(), 2U);
  EXPECT_TRUE(first->installed[0].starts_with("idna==3."));
  EXPECT_NE(second->lock.find("name = \"a-second\"\nversion = \"1.2.0rc1\""), std::string::npos);
  EXPECT_EQ(second->lock.find("first"), std::string::npos);
  EXPECT_TRUE(said.empty()) << said.front();
  RecordProperty("warm_ms", static_cast<int>(took / std::chrono::milliseconds(1)));
  EXPECT_LT(took, std::chrono::seconds(5));
}

TEST(Environment, HoldsAnInterpreterThatSeesItsPackages) {
  const PythonHome home = test_home();
  std::vector<std::string> said;
  const auto made = make(home, project("first", "\"idna>=3\""), said);
  if (is_offline(made)) GTEST_SKIP() << made.failure().message();
  const auto outcome =
      run({.words = {made->python, "-c", "import idna, sys; print(sys.base_prefix)"}});
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->output, made->base + "\n") << outcome->errors;
}

TEST(Environment, SaysWhyRequirementsCannotBeResolved) {
  const PythonHome home = test_home();
  for (const std::string requirement : {"\"idna>=3\", \"idna<2\"", "\"idna>=3000\""}) {
    std::vector<std::string> said;
    const auto made = make(home, project("first", requirement), said);
    if (is_offline(made)) GTEST_SKIP() << made.failure().message();
    ASSERT_FALSE(made);
    EXPECT_EQ(made.failure().fault(), Fault::invalid_input);
    EXPECT_EQ(made.failure().diagnostics().front().code, "form.dependencies");
    EXPECT_NE(made.failure().diagnostics().front().hint.find("idna"), std::string::npos);
  }
}

TEST(Environment, BuildsNothing) {
  std::vector<std::string> said;
  const auto made = make(test_home(), project("first", "\"docopt==0.6.2\""), said);
  if (is_offline(made)) GTEST_SKIP() << made.failure().message();
  ASSERT_FALSE(made);
  EXPECT_EQ(made.failure().fault(), Fault::invalid_input);
}

TEST(Environment, SaysWhatToDoWithoutTheNetwork) {
  PythonHome home = test_home("-offline");
  home.passed = {"HTTPS_PROXY=http://127.0.0.1:9", "https_proxy=http://127.0.0.1:9"};
  std::vector<std::string> said;
  const auto made = make(home, project("first", "\"idna>=3\""), said);
  ASSERT_TRUE(is_offline(made));
  EXPECT_NE(made.failure().diagnostics().front().hint, "");
}

TEST(Environment, RefusesAProjectFileThatIsNone) {
  std::vector<std::string> said;
  const auto made = make(test_home(), "[project", said);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.failure().fault(), Fault::invalid_input);
}

TEST(Environment, IsFinishedAfterAKillHalfWay) {
  const PythonHome home = test_home();
  std::vector<std::string> said;
  const std::string pyproject = project("half", "\"idna>=3\", \"h11\"");
  const auto made = make(home, pyproject, said);
  if (is_offline(made)) GTEST_SKIP() << made.failure().message();
  auto folder = open_disk(made->folder);
  ASSERT_TRUE((*folder)->remove("bin"));
  ASSERT_TRUE((*open_disk(made->folder + "/.."))->remove("ready"));
  const auto again = make(home, pyproject, said);
  ASSERT_TRUE(again);
  EXPECT_EQ(run({.words = {again->python, "-c", "import h11"}})->exit_code, 0);
}

TEST(Environment, IsMadeOnceWhenTwoAskAtTheSameTime) {
  const PythonHome home = test_home();
  const std::string pyproject = project("both", "\"idna>=3\", \"sniffio\"");
  std::vector<std::string> said;
  const auto before = make(home, pyproject, said);
  if (is_offline(before)) GTEST_SKIP() << before.failure().message();
  ASSERT_TRUE((*open_disk(before->folder + "/.."))->remove("ready"));
  std::vector<int> installations(2);
  {
    std::vector<std::jthread> both;
    for (int& count : installations)
      both.emplace_back([&] {
        const auto hear = [&](const std::string& words) { count += words.starts_with("inst"); };
        EXPECT_TRUE(environment_for(home, pyproject, hear, {}));
      });
  }
  EXPECT_EQ(installations[0] + installations[1], 1);
}

TEST(Environment, IsGivenUpOnRequest) {
  std::stop_source stop;
  stop.request_stop();
  const auto made = environment_for(
      test_home(), project("first", "\"idna>=3\""), [](const std::string&) {}, stop.get_token());
  ASSERT_FALSE(made);
  EXPECT_EQ(made.failure().fault(), Fault::cancelled);
}

TEST(Environment, IsGivenUpWhileUvIsLookedFor) {
  const std::string cache = testing::TempDir() + "cold-" + std::to_string(::getpid());
  const PythonHome home{.python = test_home().python, .cache = cache, .path = "/nowhere"};
  std::stop_source stop;
  const auto made = environment_for(
      home, project("cold", ""), [&](const std::string&) { stop.request_stop(); },
      stop.get_token());
  std::filesystem::remove_all(cache);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.failure().fault(), Fault::cancelled) << made.failure().message();
}

TEST(Condensed, IsOneLineWithoutProgress) {
  EXPECT_EQ(condensed("Using CPython 3.11.2\nerror: no\n  cause: because\n\n"),
            "error: no cause: because");
  EXPECT_EQ(condensed(std::string(599, 'a') + "\xc3\xa9").size(), 599 + 4U);
}

}  // namespace
}  // namespace crafter
