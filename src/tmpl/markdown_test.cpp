// What a form says stays words in Markdown.

#include "tmpl/markdown.h"

#include <gtest/gtest.h>

#include <utility>

namespace crafter::tmpl {
namespace {

TEST(MarkdownText, EscapesWhatWouldMeanSomething) {
  const std::pair<const char*, const char*> kCases[] = {
      {"plain words, even (these) 100%.", "plain words, even (these) 100%."},
      {"*a* `b` [c](d) ![e](f)", "\\*a\\* \\`b\\` \\[c\\](d) \\!\\[e\\](f)"},
      {"<script>x</script>", "&lt;script>x&lt;/script>"},
      {"a --> b", "a --&gt; b"},
      {"AT&T &amp; &#60;", "AT&amp;T &amp;amp; &amp;#60;"},
      {"get_weather _x_", "get_weather \\_x\\_"},
      {"# title", "\\# title"},
      {"- item", "\\- item"},
      {"12. item", "12\\. item"},
      {"1) item", "1\\) item"},
      {"12 items.", "12 items."},
      {"> quote", "\\> quote"},
      {"===", "\\==="},
      {"~~gone~~ $x$ a|b", "\\~\\~gone\\~\\~ \\$x\\$ a\\|b"},
      {"{{ x }} {% y %} {z}", "\\{{ x }} \\{% y %} {z}"},
      {"a\n\n# b\t c  ", "a # b c "},
      {"   # x", " \\# x"},
      {" \n ", ""},
      {"\na\n", "a"},
      {"a\x1B[31mb\xE2\x80\xAE", "a\\[31mb"},
      {"\\", "\\\\"},
      {"", ""},
  };
  for (const auto& [given, wanted] : kCases) EXPECT_EQ(markdown_text(given), wanted) << given;
}

TEST(MarkdownCode, HasAFenceThatHolds) {
  EXPECT_EQ(markdown_code("a", false), "`a`");
  EXPECT_EQ(markdown_code("a`b``c", false), "```a`b``c```");
  EXPECT_EQ(markdown_code("`", false), "`` ` ``");
  EXPECT_EQ(markdown_code(" \n", false), "");
  EXPECT_EQ(markdown_code("a|b", true), "`a\\|b`");
}

TEST(MarkdownFenced, CannotEndTheFence) {
  EXPECT_EQ(markdown_fenced("a\n```\n~~~~"), "a ``' ~~'~");
  EXPECT_EQ(markdown_fenced("``````"), "``'``'");
}

TEST(MarkdownBlock, IsLongerThanAnyFenceInside) {
  EXPECT_EQ(markdown_block("a\n````\n\n", "py", ""), "`````py\na\n````\n`````");
  EXPECT_EQ(markdown_block("a\nb", "", "  "), "```\n  a\n  b\n  ```");
}

}  // namespace
}  // namespace crafter::tmpl
