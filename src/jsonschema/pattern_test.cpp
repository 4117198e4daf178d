// ECMAScript patterns on RE2: what matches, what is wrong, what is too much.

#include "jsonschema/pattern.h"

#include <gtest/gtest.h>

namespace crafter {
namespace {

TEST(Pattern, MatchesAsEcmaScriptDoes) {
  struct Row {
    const char* pattern;
    const char* text;
    bool matches;
  };
  for (const Row& row : std::initializer_list<Row>{{"b", "abc", true},
                                                   {"^b", "abc", false},
                                                   {"^abc$", "abc\n", false},
                                                   {"^\\p{Letter}+$", "\xC3\xA9x", true},
                                                   {"^\\p{Letter}+$", "1", false},
                                                   {"^\\P{L}+$", "123", true},
                                                   {"^\\p{Script=Greek}+$", "\xCE\xB1", true},
                                                   {"^\\p{digit}+$", "12", true},
                                                   {"^\\d+$", "\xD9\xA1", false},
                                                   {"^\\w$", "\xC3\xA9", false},
                                                   {"^\\s$", "\xC2\xA0", true},
                                                   {"^\\s$", "\v", true},
                                                   {"^\\S$", "\xE2\x80\xA8", false},
                                                   {"^[\\s]$", "\xEF\xBB\xBF", true},
                                                   {"^\\u00e9$", "\xC3\xA9", true},
                                                   {"^\\u{1F600}$", "\xF0\x9F\x98\x80", true},
                                                   {"^\\uD83D\\uDE00$", "\xF0\x9F\x98\x80", true},
                                                   {"^\\x41\\cI\\0?$", "A\t", true},
                                                   {"^(?<year>[0-9]{4})$", "2024", true},
                                                   {"^[^]$", "\n", true},
                                                   {"[]", "a", false},
                                                   {"^[[]$", "[", true},
                                                   {"^[[:a]+$", "[:a", true},
                                                   {"^[\\b]$", "\b", true},
                                                   {"^a{,2}$", "a{,2}", true},
                                                   {"^a{2}$", "aa", true},
                                                   {"^\\/\\-$", "/-", true},
                                                   {"\\Aa\\Z", "a", true},
                                                   {"(?i)^a$", "A", true}}) {
    const Pattern pattern(row.pattern);
    ASSERT_TRUE(pattern.is_usable()) << row.pattern << " " << pattern.problem();
    EXPECT_EQ(pattern.matches(row.text), row.matches) << row.pattern << " " << row.text;
  }
}

TEST(Pattern, KnowsWhatIsWrong) {
  for (const char* wrong :
       {"([",           "(",      ")",    "a)",   "[",      "[a",    "*",       "a**",
        "\\",           "a{3,2}", "(?<n", "(?z)", "[b-a]",  "\\u12", "\\x1",    "\\u{110000}",
        "\\p{Nothing}", "\\p{L",  "\\y",  "(?=a", "(?<=[)", "\\1(",  "\\k<a>[", "\\c"})
    EXPECT_FALSE(Pattern(wrong).problem().empty()) << wrong;
}

TEST(Pattern, KnowsWhatIsOnlyTooMuch) {
  for (const char* beyond :
       {"(?=a)b", "^(?!x).*$", "(?<=a)b", "(?<!a)b", "(a)\\1", "(?<n>a)\\k<n>", "(?P<n>a)(?P=n)",
        "a{1001}", "a{1,5000}", "((a{100}){100}){100}", "\\p{Emoji}", "[\\p{Alphabetic}]"}) {
    const Pattern pattern(beyond);
    EXPECT_TRUE(pattern.problem().empty()) << beyond << " " << pattern.problem();
    EXPECT_FALSE(pattern.is_usable()) << beyond;
    EXPECT_TRUE(pattern.matches("anything"));
  }
}

TEST(Pattern, IsNeverSlow) {
  EXPECT_FALSE(Pattern("^(a+)+$").matches(std::string(200'000, 'a') + "!"));
  EXPECT_FALSE(Pattern(std::string(100'000, '(')).is_usable());
}

}  // namespace
}  // namespace crafter
