// Every way three digests can differ, and what is done about it.

#include "install/reconcile.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <set>

namespace crafter {
namespace {

/// What we wrote, what is on disk, what we want; "-" is absent, letters are digests.
struct Row {
  const char* pattern;
  std::optional<Move> move;  ///< nothing: the path is not ours to speak of
};

constexpr Row kTable[] = {
    {"---", std::nullopt},    //
    {"-a-", std::nullopt},    // a stranger's file that we never had anything to do with
    {"--a", Move::create},    //
    {"-aa", Move::adopt},     // the same bytes were there already
    {"-ab", Move::conflict},  // a stranger's file is where we want to write
    {"a--", Move::keep},      // gone on both sides
    {"aa-", Move::remove},    //
    {"ab-", Move::release},   // edited, and no longer part of the project
    {"a-a", Move::gone},      // the user deleted it
    {"a-b", Move::gone},      // the same, and it would be different today
    {"aaa", Move::keep},      //
    {"aab", Move::update},    //
    {"aba", Move::keep},      // the user's edit of what did not change
    {"abb", Move::adopt},     // the user made the same change
    {"abc", Move::conflict},  // both changed it
};

Digests one_file(char digest) {
  return digest == '-' ? Digests{} : Digests{{"a.py", std::string(1, digest)}};
}

class EveryPattern : public testing::TestWithParam<Row> {};

TEST_P(EveryPattern, HasOneMove) {
  const Row& row = GetParam();
  const auto changes =
      reconcile(one_file(row.pattern[0]), one_file(row.pattern[1]), one_file(row.pattern[2]));
  if (!row.move) {
    EXPECT_TRUE(changes.empty());
  } else {
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(spelled(changes[0].move), spelled(*row.move));
    EXPECT_EQ(changes[0].path, "a.py");
  }
}

std::string named(const testing::TestParamInfo<Row>& row) {
  std::string name = row.param.pattern;
  std::ranges::replace(name, '-', '0');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Reconcile, EveryPattern, testing::ValuesIn(kTable), named);

/// The same pattern with letters named in the order of their first appearance.
std::string normal(const std::string& pattern) {
  std::string seen;
  std::string result;
  for (const char c : pattern) {
    if (c != '-' && seen.find(c) == seen.npos) seen += c;
    result += c == '-' ? '-' : static_cast<char>('a' + seen.find(c));
  }
  return result;
}

TEST(Reconcile, TheTableHasEveryPatternOnce) {
  std::set<std::string> all;
  const std::string letters = "-abc";
  for (const char wrote : letters)
    for (const char disk : letters)
      for (const char want : letters) all.insert(normal({wrote, disk, want}));
  std::multiset<std::string> rows;
  for (const Row& row : kTable) rows.insert(row.pattern);
  EXPECT_TRUE(std::ranges::equal(all, rows));
}

TEST(Reconcile, GivesOneEntryForEachPathSorted) {
  const Digests wrote = {{"b", "1"}, {"d", "1"}, {"e", "1"}};
  const Digests disk = {{"b", "1"}, {"d", "2"}, {"e", "1"}, {"stranger", "9"}};
  const Digests want = {{"a", "1"}, {"b", "2"}, {"c", "3"}, {"d", "3"}};
  const std::vector<Change> expected = {{"a", Move::create},
                                        {"b", Move::update},
                                        {"c", Move::create},
                                        {"d", Move::conflict},
                                        {"e", Move::remove}};
  EXPECT_EQ(reconcile(wrote, disk, want), expected);
  EXPECT_TRUE(reconcile({}, disk, {}).empty());
}

}  // namespace
}  // namespace crafter
