// Trees that are constant, laid over one another, or fail on purpose.

#include "os/memory.h"

#include <gtest/gtest.h>

namespace crafter {
namespace {

constexpr EmbeddedFile kFiles[] = {
    {"parts/a-b/part.json", "{}"},
    {"parts/a.txt", "text"},
    {"parts/a/files/main.py", "pass"},
    {"parts/a/part.json", "[]"},
    {"top", ""},
};

std::unique_ptr<Directory> embedded() { return embedded_directory(kFiles, std::size(kFiles)); }

std::string listing(const Directory& tree, std::string_view under = {}) {
  std::string text;
  const auto entries = tree.list(under);
  if (!entries) return "failure: " + entries.failure().message();
  for (const Entry& entry : *entries)
    text += entry.path + (entry.kind == EntryKind::folder ? "/ " : " ");
  return text;
}

template <class T>
Fault fault_of(const Result<T>& result) {
  EXPECT_FALSE(result);
  return result ? Fault::internal : result.failure().fault();
}

TEST(Embedded, HasTheFoldersThatItsPathsImply) {
  EXPECT_EQ(listing(*embedded(), "parts/a"),
            "parts/a/files/ parts/a/files/main.py parts/a/part.json ");
  EXPECT_EQ(listing(*embedded()),
            "parts/ parts/a/ parts/a-b/ parts/a-b/part.json parts/a.txt parts/a/files/ "
            "parts/a/files/main.py parts/a/part.json top ");
  EXPECT_EQ((*embedded()->look("parts/a"))->kind, EntryKind::folder);
  EXPECT_EQ((*embedded()->look("top"))->kind, EntryKind::file);
  EXPECT_EQ(*embedded()->look("part"), std::nullopt);
}

TEST(Embedded, ReadsAndOpens) {
  EXPECT_EQ(*embedded()->read("parts/a/part.json"), "[]");
  EXPECT_EQ(fault_of(embedded()->read("parts/none")), Fault::not_found);
  EXPECT_EQ(fault_of(embedded()->read("parts")), Fault::conflict);
  EXPECT_EQ(fault_of(embedded()->open("none")), Fault::not_found);
  EXPECT_EQ(fault_of(embedded()->open("top")), Fault::conflict);
  const auto part = *embedded()->open("parts/a");
  EXPECT_EQ(*part->read("files/main.py"), "pass");
  EXPECT_EQ(listing(*part), "files/ files/main.py part.json ");
  EXPECT_EQ(listing(**part->open("files")), "main.py ");
}

TEST(Embedded, CannotBeChanged) {
  EXPECT_EQ(fault_of(embedded()->write("a", "b", Access::normal)), Fault::internal);
  EXPECT_EQ(fault_of(embedded()->remove("top")), Fault::internal);
}

class OverlayTest : public testing::Test {
 protected:
  OverlayTest() {
    std::vector<std::unique_ptr<Directory>> layers;
    auto own = memory_directory();
    EXPECT_TRUE(own->write("parts/a/part.json", "own", Access::secret));
    EXPECT_TRUE(own->write("parts/mine/part.json", "mine"));
    layers.push_back(std::move(own));
    layers.push_back(embedded());
    tree = overlay_directory(std::move(layers));
  }
  std::unique_ptr<Directory> tree;
};

TEST_F(OverlayTest, TheFirstThatHasAPathWins) {
  EXPECT_EQ(*tree->read("parts/a/part.json"), "own");
  EXPECT_EQ((*tree->look("parts/a/part.json"))->access, Access::secret);
  EXPECT_EQ(*tree->read("parts/a-b/part.json"), "{}");
  EXPECT_EQ(fault_of(tree->read("none")), Fault::not_found);
}

TEST_F(OverlayTest, ListsTheUnion) {
  EXPECT_EQ(listing(*tree, "parts/a"), "parts/a/files/ parts/a/files/main.py parts/a/part.json ");
  EXPECT_EQ(listing(*tree, "parts/mine"), "parts/mine/part.json ");
  EXPECT_EQ(fault_of(tree->list("none")), Fault::not_found);
}

TEST_F(OverlayTest, OpensTheLayersThatHaveTheFolder) {
  const auto part = *tree->open("parts/a");
  EXPECT_EQ(listing(*part), "files/ files/main.py part.json ");
  EXPECT_EQ(*part->read("part.json"), "own");
  EXPECT_EQ(fault_of(tree->open("none")), Fault::not_found);
  EXPECT_EQ(fault_of(tree->write("x", "y", Access::normal)), Fault::internal);
}

TEST(Faulty, FailsFromTheNthChangeOn) {
  const auto tree = faulty_directory(memory_directory(), 3);
  EXPECT_TRUE(tree->write("a", "1"));
  EXPECT_TRUE(tree->make_folder("b"));
  const auto inner = tree->open("b");
  ASSERT_TRUE(inner);
  EXPECT_EQ(fault_of((*inner)->write("c", "3")), Fault::unavailable);
  EXPECT_EQ(fault_of(tree->remove("a")), Fault::unavailable);
  EXPECT_EQ(fault_of(tree->sync()), Fault::unavailable);
  EXPECT_EQ(fault_of(tree->rename("a", "z")), Fault::unavailable);
  EXPECT_EQ(fault_of(tree->exchange("a", "b")), Fault::unavailable);
  EXPECT_EQ(listing(*tree), "a b/ ");
  EXPECT_EQ(*tree->read("a"), "1");
}

TEST(Faulty, FailsAtOnceWhenTold) {
  EXPECT_EQ(fault_of(faulty_directory(memory_directory(), 1)->write("a", "b")), Fault::unavailable);
}

}  // namespace
}  // namespace crafter
