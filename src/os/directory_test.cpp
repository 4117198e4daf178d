// What every Directory that can be written promises, on the disk and in memory.

#include "os/directory.h"

#include <gtest/gtest.h>

#include "os/disk.h"
#include "os/memory.h"
#include "os/path.h"
#include "os/test_folder.h"

namespace crafter {
namespace {

class DirectoryTest : public testing::TestWithParam<std::string> {
 protected:
  DirectoryTest() {
    if (GetParam() == "memory")
      tree = memory_directory();
    else if (auto opened = open_disk(place_.path()))
      tree = *std::move(opened);
  }

  void write(std::string_view path, std::string_view bytes = "x") {
    ASSERT_TRUE(tree->write(path, bytes));
  }
  std::string listing(std::string_view under = {}) const {
    std::string text;
    const auto entries = tree->list(under);
    if (!entries) return entries.failure().message();
    for (const Entry& entry : *entries)
      text += entry.path + (entry.kind == EntryKind::folder ? "/ " : " ");
    return text;
  }
  std::string contents(std::string_view path) const {
    const auto bytes = tree->read(path);
    return bytes ? *bytes : "failure: " + bytes.failure().message();
  }

 private:
  TestFolder place_;

 public:
  std::unique_ptr<Directory> tree;
};

INSTANTIATE_TEST_SUITE_P(Of, DirectoryTest, testing::Values("disk", "memory"),
                         [](const auto& is) { return is.param; });

template <class T>
Fault fault_of(const Result<T>& result) {
  EXPECT_FALSE(result);
  return result ? Fault::internal : result.failure().fault();
}

TEST_P(DirectoryTest, WritesWithFoldersOnTheWayAndReadsBack) {
  const std::string bytes("\0\n\xff data", 8);
  write("a/b/c.bin", bytes);
  EXPECT_EQ(contents("a/b/c.bin"), bytes);
  write("a/b/c.bin", "");
  EXPECT_EQ(contents("a/b/c.bin"), "");
  EXPECT_EQ(listing(), "a/ a/b/ a/b/c.bin ");
}

TEST_P(DirectoryTest, ListsSortedByPathBelowAFolder) {
  for (const char* path : {"b/z", "b/a/y", "b-c", "a", "b.txt"}) write(path);
  EXPECT_EQ(listing(), "a b/ b-c b.txt b/a/ b/a/y b/z ");
  EXPECT_EQ(listing("b"), "b/a/ b/a/y b/z ");
  EXPECT_EQ(fault_of(tree->list("nothing")), Fault::not_found);
  EXPECT_EQ(fault_of(tree->list("a")), Fault::conflict);
}

TEST_P(DirectoryTest, AccessIsKept) {
  ASSERT_TRUE(tree->write("run", "x", Access::executable));
  ASSERT_TRUE(tree->write("key", "x", Access::secret));
  write("plain");
  const auto look = [&](const char* path) { return (*tree->look(path))->access; };
  EXPECT_EQ(look("run"), Access::executable);
  EXPECT_EQ(look("key"), Access::secret);
  EXPECT_EQ(look("plain"), Access::normal);
  write("run");
  EXPECT_EQ(look("run"), Access::normal);
}

TEST_P(DirectoryTest, LookFindsNothingWithoutFailing) {
  write("file");
  for (const char* path : {"none", "none/deeper", "file/below"})
    EXPECT_EQ(*tree->look(path), std::nullopt) << path;
  EXPECT_EQ(*tree->look("file"), (Entry{"file", EntryKind::file, Access::normal}));
}

TEST_P(DirectoryTest, PathsThatLeadOutOrAreSloppyAreOurMistake) {
  for (const char* path : {"", "/", "/etc", "..", "../a", "a/../b", "a//b", "a/", ".", "./a"}) {
    EXPECT_EQ(fault_of(tree->write(path, "x")), Fault::internal) << path;
    EXPECT_EQ(fault_of(tree->read(path)), Fault::internal) << path;
    EXPECT_EQ(fault_of(tree->look(path)), Fault::internal) << path;
    EXPECT_EQ(fault_of(tree->remove(path)), Fault::internal) << path;
    EXPECT_EQ(fault_of(tree->make_folder(path)), Fault::internal) << path;
    EXPECT_EQ(fault_of(tree->rename(path, "b")), Fault::internal) << path;
    EXPECT_EQ(fault_of(tree->open(path)), Fault::internal) << path;
  }
  EXPECT_EQ(fault_of(tree->read(std::string_view("a\0b", 3))), Fault::internal);
}

TEST_P(DirectoryTest, WhatIsInTheWayIsAConflict) {
  write("file");
  write("folder/inside");
  EXPECT_EQ(fault_of(tree->write("file/below", "x")), Fault::conflict);
  EXPECT_EQ(fault_of(tree->write("folder", "x")), Fault::conflict);
  EXPECT_EQ(fault_of(tree->make_folder("file")), Fault::conflict);
  EXPECT_EQ(fault_of(tree->make_folder("file/below")), Fault::conflict);
  EXPECT_EQ(fault_of(tree->read("folder")), Fault::conflict);
  EXPECT_EQ(fault_of(tree->read("file/below")), Fault::conflict);
  EXPECT_EQ(fault_of(tree->open("file")), Fault::conflict);
  EXPECT_EQ(listing(), "file folder/ folder/inside ");
}

TEST_P(DirectoryTest, MissingThingsAreNotFound) {
  EXPECT_EQ(fault_of(tree->read("none")), Fault::not_found);
  EXPECT_EQ(fault_of(tree->read("none/deeper")), Fault::not_found);
  EXPECT_EQ(fault_of(tree->open("none")), Fault::not_found);
  EXPECT_EQ(fault_of(tree->rename("none", "other")), Fault::not_found);
  write("a");
  EXPECT_EQ(fault_of(tree->rename("a", "none/a")), Fault::not_found);
  EXPECT_EQ(fault_of(tree->exchange("a", "none")), Fault::not_found);
  EXPECT_EQ(fault_of(tree->exchange("none", "a")), Fault::not_found);
}

TEST_P(DirectoryTest, MakingAFolderTwiceIsFine) {
  ASSERT_TRUE(tree->make_folder("a/b"));
  ASSERT_TRUE(tree->make_folder("a/b"));
  EXPECT_EQ(listing(), "a/ a/b/ ");
}

TEST_P(DirectoryTest, RemovesTreesAndAbsence) {
  write("a/b/c");
  write("a/d");
  write("a-b");
  ASSERT_TRUE(tree->remove("a"));
  ASSERT_TRUE(tree->remove("a"));
  ASSERT_TRUE(tree->remove("a/b/c"));
  ASSERT_TRUE(tree->remove("a-b/c"));
  EXPECT_EQ(listing(), "a-b ");
  ASSERT_TRUE(tree->remove("a-b"));
  EXPECT_EQ(listing(), "");
}

TEST_P(DirectoryTest, RenamesOnlyToFreeNames) {
  write("from/inside", "1");
  write("from-else", "2");
  write("taken", "3");
  ASSERT_TRUE(tree->make_folder("empty"));
  EXPECT_EQ(fault_of(tree->rename("from", "taken")), Fault::conflict);
  EXPECT_EQ(fault_of(tree->rename("from", "empty")), Fault::conflict);
  EXPECT_EQ(fault_of(tree->rename("from", "from")), Fault::conflict);
  EXPECT_EQ(fault_of(tree->rename("from", "from/inside/x")), Fault::conflict);
  EXPECT_EQ(fault_of(tree->rename("from", "from/x")), Fault::conflict);
  ASSERT_TRUE(tree->rename("from", "empty/to"));
  EXPECT_EQ(contents("empty/to/inside"), "1");
  EXPECT_EQ(listing(), "empty/ empty/to/ empty/to/inside from-else taken ");
}

TEST_P(DirectoryTest, ExchangesTrees) {
  write("one/a", "1");
  write("two/b", "2");
  write("file", "3");
  ASSERT_TRUE(tree->exchange("one", "two"));
  EXPECT_EQ(contents("one/b") + contents("two/a"), "21");
  ASSERT_TRUE(tree->exchange("one", "file"));
  EXPECT_EQ(contents("one") + contents("file/b"), "32");
  EXPECT_EQ(fault_of(tree->exchange("two", "two/a")), Fault::conflict);
  EXPECT_EQ(fault_of(tree->exchange("two/a", "two")), Fault::conflict);
  EXPECT_EQ(listing(), "file/ file/b one two/ two/a ");
}

TEST_P(DirectoryTest, AFolderOpenedIsTheSamePlace) {
  write("a/b/c", "1");
  const auto inner = tree->open("a");
  ASSERT_TRUE(inner);
  EXPECT_EQ(*(*inner)->read("b/c"), "1");
  ASSERT_TRUE((*inner)->write("d", "2"));
  EXPECT_EQ(contents("a/d"), "2");
  EXPECT_EQ((*inner)->list()->size(), 3U);
  EXPECT_EQ((*inner)->list("b")->front().path, "b/c");
  EXPECT_EQ((*inner)->location(), tree->location().empty() ? "" : tree->location() + "/a");
}

TEST_P(DirectoryTest, SyncSucceeds) {
  write("a/b");
  EXPECT_TRUE(tree->sync());
}

TEST_P(DirectoryTest, OddNamesAreJustNames) {
  for (const char* path : {"...", "-rf", "a b\n", "\xc3\xa9", "\xff", "~", "*"}) {
    write(path, path);
    EXPECT_EQ(contents(path), path);
  }
  EXPECT_EQ(tree->list()->size(), 7U);
}

TEST(Path, SplitsAndJoins) {
  EXPECT_EQ(split_path("a/b/c"), std::pair(std::string("a/b"), std::string("c")));
  EXPECT_EQ(split_path("c"), std::pair(std::string(), std::string("c")));
  EXPECT_EQ(join_path("a", "b/c"), "a/b/c");
  EXPECT_EQ(join_path("", "b"), "b");
  EXPECT_TRUE(is_below("a/b", "a"));
  EXPECT_FALSE(is_below("a-b", "a"));
  EXPECT_FALSE(is_below("a", "a"));
  EXPECT_TRUE(is_below("a", ""));
}

}  // namespace
}  // namespace crafter
