// How diagnostics, tables and commands look.

#include "cli/speech.h"

#include <gtest/gtest.h>

namespace crafter::cli {
namespace {

TEST(Told, ADiagnosticLooksLikeACompilers) {
  const Diagnostic diagnostic{.code = "form.unknown_field",
                              .pointer = "/complexty",
                              .file = "form.json",
                              .line = 12,
                              .column = 5,
                              .message = R"(unknown field "complexty")",
                              .hint = R"(did you mean "complexity"?)"};
  EXPECT_EQ(told(diagnostic, false),
            "form.json:12:5: error: unknown field \"complexty\" (/complexty)\n"
            "  hint: did you mean \"complexity\"?\n");
}

TEST(Told, AFlagAndAWholeFileHaveNoLine) {
  EXPECT_EQ(told(Diagnostic{.file = "a/README.md", .message = "edited"}, false),
            "a/README.md: error: edited\n");
  EXPECT_EQ(told(Diagnostic{.file = "--complexity", .message = "no such preset"}, false),
            "--complexity: error: no such preset\n");
  EXPECT_EQ(told(Diagnostic{.severity = Severity::warning, .message = "no place"}, false),
            "warning: no place\n");
}

TEST(Told, OutputOfAProgramStandsBehindBars) {
  EXPECT_EQ(told(Diagnostic{.message = "tests failed", .hint = "one\n\ntwo\n"}, false),
            "error: tests failed\n  | one\n  | \n  | two\n");
}

TEST(Told, ColourChangesNoWord) {
  const Diagnostic diagnostic{.file = "f", .message = "m", .hint = "h"};
  std::string text = told(diagnostic, true);
  EXPECT_NE(text.find("\x1b["), std::string::npos);
  for (std::size_t at = 0; (at = text.find('\x1b')) != std::string::npos;)
    text.erase(at, text.find('m', at) - at + 1);
  EXPECT_EQ(text, told(diagnostic, false));
}

TEST(Harmless, NothingCanPlayWithTheTerminal) {
  EXPECT_EQ(harmless("a\x1b[2Jb\rc\td\ne\x7f"), "a?[2Jb?c\td\ne?");
  EXPECT_EQ(harmless("\xC2\x9B"
                     "31m \xC3\xBC \xE2\x82\xAC \xC2\xA0"),
            "?31m ü € \xC2\xA0");
  EXPECT_EQ(told(Diagnostic{.message = "\x1b]0;x\x07"}, false), "error: ?]0;x?\n");
}

TEST(Table, ColumnsStandBelowEachOther) {
  EXPECT_EQ(table({{"a", "bb", "c"}, {"ääää", "b", ""}}, 1), " a     bb  c\n ääää  b\n");
  EXPECT_EQ(table({{"a", "two\nlines"}}), "a  two lines\n");
  EXPECT_EQ(table({}), "");
}

TEST(Counted, HasItsPlural) {
  EXPECT_EQ(counted(1, "file"), "1 file");
  EXPECT_EQ(counted(0, "file"), "0 files");
}

}  // namespace
}  // namespace crafter::cli
