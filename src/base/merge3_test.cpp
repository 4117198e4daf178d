// Merging two changes of one text, and telling what differs between two.

#include "base/merge3.h"

#include <gtest/gtest.h>

#include <string>

#include "base/line_diff.h"

namespace crafter {
namespace {

struct Row {
  const char* name;
  std::string base, yours, update, text;
  int conflicts;
};

const Row kRows[] = {
    {"nothing changed", "a\nb\n", "a\nb\n", "a\nb\n", "a\nb\n", 0},
    {"one side changed", "a\nb\nc\n", "a\nB\nc\n", "a\nb\nc\n", "a\nB\nc\n", 0},
    {"the other did", "a\nb\nc\n", "a\nb\nc\n", "a\nb\n", "a\nb\n", 0},
    {"both did, apart", "a\nb\nc\n", "A\nb\nc\n", "a\nb\nC\n", "A\nb\nC\n", 0},
    {"both did the same", "a\nb\n", "x\nb\n", "x\nb\n", "x\nb\n", 0},
    {"changes that touch", "a\nb\n", "A\nb\n", "a\nB\n",
     "<<<<<<< yours\nA\nb\n=======\na\nB\n>>>>>>> update\n", 1},
    {"an edit of what went", "a\nb\nc\n", "a\nB\nc\n", "a\nc\n",
     "a\n<<<<<<< yours\nB\n=======\n>>>>>>> update\nc\n", 1},
    {"carriage returns", "a\r\nb\r\n", "A\r\nb\r\n", "x\r\nb\r\n",
     "<<<<<<< yours\r\nA\r\n=======\r\nx\r\n>>>>>>> update\r\nb\r\n", 1},
    {"no last line feed", "a\nb\nc", "A\nb\nc", "a\nb\nc", "A\nb\nc", 0},
    {"no last line feed, contested", "a", "b", "c",
     "<<<<<<< yours\nb\n=======\nc\n>>>>>>> update\n", 1},
    {"nothing was there", "", "x\n", "y\n", "<<<<<<< yours\nx\n=======\ny\n>>>>>>> update\n", 1},
    {"what is the same is not contested", "", "x\n1\n2\n3\n4\n", "y\n1\n2\n3\n4\n",
     "<<<<<<< yours\nx\n=======\ny\n>>>>>>> update\n1\n2\n3\n4\n", 1},
};

TEST(Merge3, MakesBothChanges) {
  for (const Row& row : kRows) {
    const Merged merged = merge3(row.base, row.yours, row.update);
    EXPECT_EQ(merged.text, row.text) << row.name;
    EXPECT_EQ(merged.conflicts, row.conflicts) << row.name;
    EXPECT_TRUE(row.conflicts > 0 || (merged.yours == row.text && merged.update == row.text));
  }
}

TEST(Merge3, KnowsTheResultWithEitherSideWhereItIsContested) {
  const Merged merged = merge3("a\nb\nc\nd\ne\n", "A\nb\nc\nd\ne\n", "x\nb\nc\nd\nE\n");
  EXPECT_EQ(merged.conflicts, 1);
  EXPECT_EQ(merged.yours, "A\nb\nc\nd\nE\n");
  EXPECT_EQ(merged.update, "x\nb\nc\nd\nE\n");
}

TEST(Merge3, NamesTheSides) {
  const Merged merged = merge3("a\n", "b\n", "c\n", {.yours = "mine", .update = "theirs"});
  EXPECT_EQ(merged.text, "<<<<<<< mine\nb\n=======\nc\n>>>>>>> theirs\n");
}

TEST(Merge3, IsDoneSoonWithTextsThatHaveNothingInCommonButTheirLines) {
  std::string one, two;
  for (long i = 0; i < 50'000; ++i) {
    one += std::to_string(i * 7919 % 4999) + "\n";
    two += std::to_string(i * 104'729 % 4999) + "\n";
  }
  EXPECT_GT(merge3("", one, two).conflicts, 0);
  EXPECT_EQ(merge3(one, one, two).text, two);
}

TEST(UnifiedDiff, ShowsWhatChangedWithThreeLinesAroundIt) {
  EXPECT_EQ(unified_diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n"),
            "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
  EXPECT_EQ(unified_diff("", "a\n"), "@@ -0,0 +1,1 @@\n+a\n");
  EXPECT_EQ(unified_diff("a\n", ""), "@@ -1,1 +0,0 @@\n-a\n");
  EXPECT_EQ(unified_diff("a", "a\n"),
            "@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+a\n");
  EXPECT_EQ(unified_diff("a\n", "a\n"), "");
}

}  // namespace
}  // namespace crafter
