// Token files: one bare token, or several with names.

#include "cli/tokens.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace crafter::cli {
namespace {

const std::string kOne = "0123456789abcdef";
const std::string kTwo = "fedcba9876543210";

std::vector<std::string> names_of(const std::string& text) {
  const auto tokens = read_tokens(text, "tokens");
  std::vector<std::string> names;
  if (!tokens) return {tokens.failure().message()};
  for (const Token& token : *tokens) names.push_back(token.principal);
  return names;
}

TEST(Tokens, ABareTokenIsTheOwners) {
  EXPECT_EQ(names_of(kOne + "\n"), std::vector<std::string>{"owner"});
  EXPECT_EQ(names_of("# mine\n\nAB+/=:" + kOne), std::vector<std::string>{"owner"});
}

TEST(Tokens, SeveralHaveNames) {
  EXPECT_EQ(names_of("ada:" + kOne + "\n\n# and\nben_2: " + kTwo + "\r\n"),
            (std::vector<std::string>{"ada", "ben_2"}));
  EXPECT_EQ(names_of("ada:" + kOne), std::vector<std::string>{"ada"});
}

TEST(Tokens, SayWhereTheyAreWrongAndNeverTheToken) {
  struct Row {
    std::string text;
    std::string said;
    int line;
  };
  const std::vector<Row> rows = {
      {"short", "too short", 1},
      {"Up:" + kOne + "\nben:" + kTwo, "not NAME:TOKEN", 1},
      {"ada:short", "too short", 1},
      {"ada:" + kOne + "\n" + kTwo, "not NAME:TOKEN", 2},
      {"ada:" + kOne + "\nADA:" + kTwo, "not NAME:TOKEN", 2},
      {"ada:" + kOne + "\n\nada:" + kTwo, "name stands there twice", 3},
      {"ada:" + kOne + "\nben:" + kOne, "token stands there twice", 2},
      {"\n# nothing\n", "no bearer token", 1},
  };
  for (const Row& row : rows) {
    const auto tokens = read_tokens(row.text, "tokens");
    ASSERT_FALSE(tokens) << row.text;
    const Diagnostic& first = tokens.failure().diagnostics().front();
    EXPECT_NE(first.message.find(row.said), std::string::npos) << row.text << first.message;
    EXPECT_EQ(first.line, row.line) << row.text;
    EXPECT_EQ((first.message + first.hint).find(kTwo), std::string::npos) << row.text;
    EXPECT_EQ(tokens.failure().fault(), Fault::usage);
  }
}

TEST(Tokens, AdmitThoseWhoBringOne) {
  auto tokens = read_tokens("ada:" + kOne + "\nben:" + kTwo, "tokens");
  ASSERT_TRUE(tokens);
  const auto admit = only_with(*std::move(tokens));
  EXPECT_EQ(admit(kOne).principal, "ada");
  EXPECT_EQ(admit(kTwo).principal, "ben");
  EXPECT_EQ(admit(kOne + "x").status, 401);
  EXPECT_EQ(admit("").status, 401);
  EXPECT_EQ(admit("ada:" + kOne).status, 401);
}

}  // namespace
}  // namespace crafter::cli
