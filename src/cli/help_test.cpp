// Help fits a screen and tells the truth.

#include "cli/help.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/text.h"

namespace crafter::cli {
namespace {

void expect_fits(const std::string& page, std::size_t lines) {
  EXPECT_LE(static_cast<std::size_t>(std::ranges::count(page, '\n')), lines) << page;
  for (const std::string& line : split(page, '\n')) EXPECT_LE(line.size(), 100U) << line;
}

TEST(Help, FitsAScreen) {
  expect_fits(help_page(), 60);
  for (const Verb& verb : verbs()) expect_fits(help_page(verb), 60);
}

TEST(Help, NamesEveryVerbAndEveryFlag) {
  for (const Verb& verb : verbs()) {
    EXPECT_NE(help_page().find("\n  " + std::string(verb.name)), std::string::npos) << verb.name;
    for (const auto flags : {verb.flags, flags_everywhere()})
      for (const Flag& flag : flags)
        EXPECT_NE(help_page(verb).find(flag.name), std::string::npos) << flag.name;
  }
}

TEST(Help, ExamplesAreCommandsThatAreUnderstood) {
  for (const Verb& verb : verbs())
    for (const std::string& line : split(trim(verb.examples), '\n')) {
      std::vector<std::string> words;
      for (const std::string& word : split(trim(line.substr(0, line.find('>'))), ' '))
        if (!word.empty()) words.push_back(word);
      const bool has_quotes = line.find('\'') != line.npos;  // a shell's business, not split's
      words.erase(words.begin());
      if (has_quotes) continue;
      EXPECT_TRUE(parse(words, verbs(), flags_everywhere()).problems.empty()) << line;
    }
}

}  // namespace
}  // namespace crafter::cli
