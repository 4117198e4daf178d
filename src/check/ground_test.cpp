// What a server is configured with while it is proven.

#include "check/ground.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "catalog/embedded.h"

namespace crafter {
namespace {

TEST(ProofVariables, HoldValuesAndDummiesButNoSecret) {
  const auto catalog =
      Catalog::load(embedded_directory(embedded_catalog(), embedded_catalog_count()));
  ASSERT_TRUE(catalog);
  const Blueprint blueprint{.settings = {{.name = "MODE", .value = "fast"},
                                         {.name = "KEY", .secret = true, .required = true},
                                         {.name = "OPTIONAL_KEY", .secret = true},
                                         {.name = "REGION", .required = true},
                                         {.name = "EMPTY"}},
                            .secrets = {{"KEY", "s3cr3t"}, {"OPTIONAL_KEY", "s3cr3t"}}};
  const std::map<std::string, std::string> expected{
      {"KEY", "proof-dummy-value"}, {"MODE", "fast"}, {"REGION", "proof-dummy-value"}};
  EXPECT_EQ(proof_variables(blueprint, *catalog), expected);
}

TEST(ProjectCommand, StandsBehindTheFence) {
  const Ground ground{.folder = "/scratch",
                      .environment = {.python = "/cache/venv/bin/python", .folder = "/cache/venv"},
                      .variables = {{"MODE", "fast"}, {"PATH", "/evil"}}};
  const Command command = project_command(ground, {"python", "-m", "src.main"});
  EXPECT_TRUE(command.words.front().ends_with("bwrap"));
  EXPECT_EQ(command.environment.at("PATH"), "/cache/venv/bin:/usr/bin:/bin");
  EXPECT_EQ(command.environment.at("MODE"), "fast");
  EXPECT_EQ(command.environment.at("PYTHONDONTWRITEBYTECODE"), "1");
  const auto& words = command.words;
  const auto writable = std::ranges::find(words, "--bind");
  ASSERT_NE(writable, words.end());
  EXPECT_EQ(*(writable + 1), "/scratch");
  EXPECT_EQ(std::ranges::count(words, "--bind"), 1);
}

TEST(ProjectCommand, IsPlainWhenAPersonSaidSo) {
  const Ground ground{.folder = "/scratch",
                      .environment = {.python = "/cache/venv/bin/python"},
                      .sandboxed = false};
  const Command command = project_command(ground, {"python"});
  EXPECT_EQ(command.words, std::vector<std::string>{"python"});
  EXPECT_EQ(command.environment.at("HOME"), "/scratch");
  EXPECT_EQ(command.limits.processes, 0U);
}

}  // namespace
}  // namespace crafter
