// Words: what was meant, how they are joined, what may not stand in them.

#include "base/text.h"

#include <gtest/gtest.h>

#include "base/utf8.h"

namespace crafter {
namespace {

TEST(Nearest, FindsWhatWasMeant) {
  const std::vector<std::string> names{"tools",
                                       "resources",
                                       "prompts",
                                       "monitoring",
                                       "persistence",
                                       "authentication",
                                       "caching",
                                       "simple",
                                       "standard",
                                       "advanced",
                                       "enterprise",
                                       "custom",
                                       "docker",
                                       "compose",
                                       "kubernetes",
                                       "git",
                                       "istio",
                                       "linkerd",
                                       "requests",
                                       "server_name",
                                       "complexity",
                                       "secret",
                                       "create",
                                       "list",
                                       "status",
                                       "--json",
                                       "--complexity",
                                       "implementation",
                                       "enterprise-python"};
  const std::pair<const char*, const char*> rows[] = {{"monitring", "monitoring"},
                                                      {"Tools", "tools"},
                                                      {"enterprize", "enterprise"},
                                                      {"dockr", "docker"},
                                                      {"monitor", "monitoring"},
                                                      {"requets", "requests"},
                                                      {"sever_name", "server_name"},
                                                      {"complexty", "complexity"},
                                                      {"secrt", "secret"},
                                                      {"implementaton", "implementation"},
                                                      {"cachng", "caching"},
                                                      {"isto", "istio"},
                                                      {"enterprise-pyton", "enterprise-python"},
                                                      {"crate", "create"},
                                                      {"lst", "list"},
                                                      {"staus", "status"},
                                                      {"--jsn", "--json"},
                                                      {"--complexty", "--complexity"},
                                                      {"medium", ""},
                                                      {"", ""},
                                                      {"x", ""},
                                                      {"kub", ""},
                                                      {"KUBE", "kubernetes"},
                                                      {"gti", "git"}};
  for (const auto& [word, wanted] : rows)
    EXPECT_EQ(nearest(word, names).value_or(""), wanted) << word;
  EXPECT_EQ(nearest("word", {}), std::nullopt);
}

TEST(Nearest, GivesTiesToTheFirst) {
  EXPECT_EQ(nearest("cat", std::vector<std::string>{"bat", "hat"}), "bat");
}

TEST(EditDistance, CountsASwapAsOne) {
  EXPECT_EQ(edit_distance("", ""), 0U);
  EXPECT_EQ(edit_distance("abc", ""), 3U);
  EXPECT_EQ(edit_distance("abcd", "acbd"), 1U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("ca", "abc"), 3U);  // not 2: no edit inside a swap
}

TEST(Words, AreJoinedSplitTrimmedAndFolded) {
  using Words = std::vector<std::string>;
  EXPECT_EQ(enumerate(Words{}), "nothing");
  EXPECT_EQ(enumerate(Words{"a"}), "a");
  EXPECT_EQ(enumerate(Words{"a", "b"}), "a and b");
  EXPECT_EQ(enumerate(Words{"a", "b", "c"}), "a, b and c");
  EXPECT_EQ(join(Words{"a", "b"}, "/"), "a/b");
  EXPECT_EQ(split("a,,b", ','), (Words{"a", "", "b"}));
  EXPECT_EQ(split("", ','), (Words{""}));
  EXPECT_EQ(trim(" \t a b \r\n"), "a b");
  EXPECT_EQ(trim(" \n"), "");
  EXPECT_EQ(lower("AZaz09\xC3\x89"), "azaz09\xC3\x89");
  EXPECT_EQ(fold_name("My__Server-._Name"), "my-server-name");
}

TEST(Quote, MakesOneSafeLine) {
  EXPECT_EQ(quote("a b"), "\"a b\"");
  EXPECT_EQ(quote("a\"b\\c\nd\te"), "\"a\\\"b\\\\c\\nd\\te\"");
  EXPECT_EQ(quote("\x1B[31m\xE2\x80\xAE"), "\"\\u001b[31m\\u202e\"");
  EXPECT_EQ(quote(std::string(59, 'x') + "\xC3\xA9 and more"),
            "\"" + std::string(59, 'x') + "...\"");
}

TEST(FindForbidden, RefusesWhatCannotBeSeenOrTurnsTextAround) {
  struct Row {
    std::string text;
    std::string name;  // "" when all is fine
  };
  for (const Row& row : std::initializer_list<Row>{
           {"tab\tline\n \xC3\xA9\xF0\x9F\x98\x80", ""},
           {"joined \xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB \xE2\x80\x8C", ""},
           {"heart \xE2\x9D\xA4\xEF\xB8\x8F", ""},
           {std::string("nul\0", 4), "U+0000 (control character)"},
           {"cr\r", "U+000D (control character)"},
           {"esc\x1B", "U+001B (control character)"},
           {"del\x7F", "U+007F (control character)"},
           {"c1\xC2\x85", "U+0085 (control character)"},
           {"soft\xC2\xAD", "U+00AD (soft hyphen)"},
           {"zwsp\xE2\x80\x8B", "U+200B (zero width space)"},
           {"ls\xE2\x80\xA8", "U+2028 (line separator)"},
           {"rlo\xE2\x80\xAE", "U+202E (bidirectional control)"},
           {"pdi\xE2\x81\xA9", "U+2069 (bidirectional control)"},
           {"wj\xE2\x81\xA0", "U+2060 (invisible character)"},
           {"bom\xEF\xBB\xBF", "U+FEFF (byte order mark)"},
           {"tag\xF3\xA0\x81\x81", "U+E0041 (tag character)"}}) {
    const auto found = find_forbidden(row.text);
    EXPECT_EQ(found ? found->name : "", row.name);
    EXPECT_EQ(found ? found->offset : 0,
              found ? row.text.find_first_not_of("abcdefghijklmnopqrstuvwxyz1") : 0);
  }
}

TEST(FindInvalidUtf8, FindsTheFirstByteThatIsWrong) {
  struct Row {
    std::string bytes;
    std::optional<std::size_t> offset;
  };
  for (const Row& row : std::initializer_list<Row>{
           {"", {}},
           {"plain ascii, longer than eight", {}},
           {"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\xED\x9F\xBF\xF4\x8F\xBF\xBF", {}},
           {"12345678\xFF", 8},
           {"a\xC3", 1},
           {"a\xE2\x82", 1},
           {"a\xC0\x80", 1},
           {"\xE0\x9F\xBF", 0},
           {"\xED\xA0\x80", 0},
           {"\xF4\x90\x80\x80", 0},
           {"\xF0\x8F\xBF\xBF", 0},
           {"\x80", 0},
           {"\xF5\x80\x80\x80", 0}})
    EXPECT_EQ(find_invalid_utf8(row.bytes), row.offset);
}

TEST(Utf8, EncodesAndDecodesEveryCharacter) {
  for (char32_t c = 0; c < 0x110000; c += c < 0x3000 ? 1 : 97) {
    std::string text;
    if (c >= 0xD800 && c < 0xE000) {
      EXPECT_FALSE(append_utf8(text, c));
      continue;
    }
    ASSERT_TRUE(append_utf8(text, c));
    ASSERT_EQ(find_invalid_utf8(text), std::nullopt);
    std::size_t at = 0;
    ASSERT_EQ(next_utf8(text, at), c);
    ASSERT_EQ(at, text.size());
  }
}

}  // namespace
}  // namespace crafter
