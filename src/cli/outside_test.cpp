// What the environment and the terminals make of a command.

#include "cli/outside.h"

#include <gtest/gtest.h>

#include "cli/verbs.h"

namespace crafter::cli {
namespace {

Arguments arguments(std::vector<std::string> words) {
  words.insert(words.begin(), "list");
  return parse(words, verbs(), flags_everywhere()).arguments;
}

Outside terminal(Environment environment = {}) {
  return {.environment = std::move(environment),
          .folder = "/w",
          .input_is_terminal = true,
          .output_is_terminal = true,
          .error_is_terminal = true};
}

TEST(Manner, ColourNeedsATerminalOrAWish) {
  const auto is_coloured = [](std::vector<std::string> words, const Outside& outside) {
    return manner_of(arguments(std::move(words)), outside).output_colour;
  };
  EXPECT_TRUE(is_coloured({}, terminal()));
  EXPECT_FALSE(is_coloured({}, {}));
  EXPECT_FALSE(is_coloured({}, terminal({{"NO_COLOR", "1"}})));
  EXPECT_TRUE(is_coloured({}, terminal({{"NO_COLOR", ""}})));
  EXPECT_FALSE(is_coloured({}, terminal({{"TERM", "dumb"}})));
  EXPECT_FALSE(is_coloured({"--color", "never"}, terminal()));
  EXPECT_TRUE(is_coloured({"--color", "always"}, {}));
}

TEST(Manner, QuestionsNeedATerminalAndNoObjection) {
  const auto asks = [](std::vector<std::string> words, const Outside& outside) {
    return manner_of(arguments(std::move(words)), outside).interactive;
  };
  EXPECT_TRUE(asks({}, terminal()));
  EXPECT_TRUE(asks({}, terminal({{"CI", "false"}})));
  EXPECT_FALSE(asks({}, {}));
  EXPECT_FALSE(asks({}, terminal({{"CI", "true"}})));
  EXPECT_FALSE(asks({"--non-interactive"}, terminal()));
  EXPECT_FALSE(asks({"--json"}, terminal()));
}

TEST(Surroundings, TheCacheIsWhereTheXdgSpecificationSays) {
  const auto cache = [](Environment environment) {
    return surroundings_of(arguments({}), terminal(std::move(environment))).cache;
  };
  EXPECT_EQ(cache({{"XDG_CACHE_HOME", "/c"}, {"HOME", "/h"}}), "/c/mcp-crafter");
  EXPECT_EQ(cache({{"XDG_CACHE_HOME", "c"}, {"HOME", "/h"}}), "/h/.cache/mcp-crafter");
  EXPECT_EQ(cache({{"HOME", ""}}), "");
}

TEST(Surroundings, OnlyVariablesOfTheNetworkToolsArePassed) {
  const auto found = surroundings_of(arguments({}), terminal({{"https_proxy", "p"},
                                                              {"NO_PROXY", "n"},
                                                              {"SSL_CERT_FILE", "s"},
                                                              {"PIP_INDEX_URL", "i"},
                                                              {"UV_INDEX", "u"},
                                                              {"UV_CACHE_DIR", "no"},
                                                              {"UV_PROJECT_ENVIRONMENT", "no"},
                                                              {"PYTHONPATH", "no"},
                                                              {"API_KEY", "no"}}));
  EXPECT_EQ(found.passed,
            (std::vector<std::string>{"NO_PROXY=n", "PIP_INDEX_URL=i", "SSL_CERT_FILE=s",
                                      "UV_INDEX=u", "https_proxy=p"}));
}

}  // namespace
}  // namespace crafter::cli
