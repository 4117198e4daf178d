// What only the disk has: links, modes, special files, depth, other users' folders, locks.

#include "os/disk.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "os/fd.h"
#include "os/file.h"
#include "os/test_folder.h"

namespace crafter {
namespace {

class DiskTest : public testing::Test {
 protected:
  DiskTest() {
    std::filesystem::create_directories(place / "in");
    put_file(place / "outside", "secret");
    tree = *open_disk(place / "in");
  }
  [[nodiscard]] std::string in(const std::string& path) const { return place / ("in/" + path); }
  static unsigned mode(const std::string& path) {
    struct stat status{};
    EXPECT_EQ(::lstat(path.c_str(), &status), 0) << path;
    return status.st_mode & 07777;
  }

  TestFolder place;
  std::unique_ptr<Directory> tree;
};

template <class T>
Fault fault_of(const Result<T>& result) {
  EXPECT_FALSE(result);
  return result ? Fault::internal : result.failure().fault();
}

TEST_F(DiskTest, ModesAreExactWhateverTheUmask) {
  for (const mode_t mask : {mode_t{0}, mode_t{0077}, mode_t{0777}}) {
    const mode_t before = ::umask(mask);
    EXPECT_TRUE(tree->write("f/normal", "x"));
    EXPECT_TRUE(tree->write("f/program", "x", Access::executable));
    EXPECT_TRUE(tree->write("f/key", "x", Access::secret));
    EXPECT_TRUE(create_disk(place / "private/deep", true));
    EXPECT_TRUE(create_disk(place / "public/deep"));
    ::umask(before);
    EXPECT_EQ(mode(in("f")), 0755U);
    EXPECT_EQ(mode(in("f/normal")), 0644U);
    EXPECT_EQ(mode(in("f/program")), 0755U);
    EXPECT_EQ(mode(in("f/key")), 0600U);
    EXPECT_EQ(mode(place / "private/deep"), 0700U);
    EXPECT_EQ(mode(place / "public/deep"), 0755U);
    EXPECT_TRUE(tree->remove("f"));
    for (const char* name : {"private", "public"}) std::filesystem::remove_all(place / name);
  }
}

TEST_F(DiskTest, LinksAreNeverFollowed) {
  std::filesystem::create_symlink("../outside", in("file"));
  std::filesystem::create_directory_symlink("..", in("up"));
  std::filesystem::create_symlink("nowhere", in("dangling"));
  for (const char* path : {"file", "up/outside", "dangling"}) {
    EXPECT_EQ(fault_of(tree->read(path)), Fault::conflict) << path;
    EXPECT_EQ(fault_of(tree->write(path, "x")), Fault::conflict) << path;
  }
  EXPECT_EQ(fault_of(tree->open("up")), Fault::conflict);
  EXPECT_EQ(fault_of(tree->list("up")), Fault::conflict);
  EXPECT_EQ(fault_of(tree->look("up/outside")), Fault::conflict);
  EXPECT_EQ(fault_of(tree->remove("up/outside")), Fault::conflict);
  EXPECT_EQ(fault_of(tree->make_folder("up/new")), Fault::conflict);
  EXPECT_EQ(fault_of(tree->rename("up/outside", "mine")), Fault::conflict);
  EXPECT_EQ(*tree->look("up"), (Entry{"up", EntryKind::link, Access::normal}));
  EXPECT_EQ(tree->list()->size(), 3U);
  EXPECT_TRUE(tree->remove("up"));
  EXPECT_TRUE(tree->remove("file"));
  EXPECT_TRUE(std::filesystem::exists(place / "outside"));
}

TEST_F(DiskTest, RemovingATreeLeavesWhatItsLinksPointTo) {
  std::filesystem::create_directories(in("tree/a"));
  std::filesystem::create_directory_symlink(place.path(), in("tree/a/link"));
  EXPECT_TRUE(tree->remove("tree"));
  EXPECT_TRUE(std::filesystem::exists(place / "outside"));
}

TEST_F(DiskTest, SpecialFilesNeitherHangNorAreReplaced) {
  ASSERT_EQ(::mkfifo(in("pipe").c_str(), 0644), 0);
  EXPECT_EQ(fault_of(tree->read("pipe")), Fault::conflict);
  EXPECT_EQ(fault_of(tree->write("pipe", "x")), Fault::conflict);
  EXPECT_EQ((*tree->look("pipe"))->kind, EntryKind::other);
  EXPECT_TRUE(tree->remove("pipe"));
}

TEST_F(DiskTest, RemovesTreesDeeperThanAnyPath) {
  const std::string name(100, 'd');
  Fd at(::open(place.path().c_str(), O_RDONLY | O_DIRECTORY));
  for (int depth = 0; depth < 300; ++depth) {
    ASSERT_EQ(::mkdirat(at.number(), name.c_str(), 0755), 0);
    at.reset(::openat(at.number(), name.c_str(), O_RDONLY | O_DIRECTORY));
  }
  at.reset();
  const auto outer = open_disk(place.path());
  EXPECT_TRUE((*outer)->remove(name));
  EXPECT_FALSE(std::filesystem::exists(place / name));
}

TEST_F(DiskTest, RemovesFoldersWithoutRights) {
  EXPECT_TRUE(tree->write("locked/inside/file", "x"));
  std::filesystem::permissions(in("locked/inside"), std::filesystem::perms::none);
  std::filesystem::permissions(in("locked"), std::filesystem::perms::owner_read);
  EXPECT_TRUE(tree->remove("locked"));
}

TEST_F(DiskTest, AFailedWriteLeavesOldBytesAndNoTemporaryFile) {
  EXPECT_TRUE(tree->write("file", "old"));
  const rlimit small{.rlim_cur = 10, .rlim_max = RLIM_INFINITY};
  const pid_t child = ::fork();
  if (child == 0) {  // a process of its own, for its limit and signal
    ::signal(SIGXFSZ, SIG_IGN);
    ::setrlimit(RLIMIT_FSIZE, &small);
    const auto result = tree->write("file", std::string(1000, 'x'));
    ::_exit(!result && result.failure().fault() == Fault::unavailable ? 0 : 1);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(*tree->read("file"), "old");
  EXPECT_EQ(tree->list()->size(), 1U);
}

TEST_F(DiskTest, MessagesNameThePathAndTheFact) {
  EXPECT_EQ(tree->read("none/x").failure().message(),
            "cannot read " + in("none/x") + ": it does not exist");
}

TEST_F(DiskTest, RenamingWithoutTheSystemsHelpNeverReplaces) {
  EXPECT_TRUE(tree->write("a", "1"));
  EXPECT_TRUE(tree->write("b", "2"));
  EXPECT_TRUE(tree->make_folder("folder"));
  const Fd at(::open(place.path().c_str(), O_RDONLY | O_DIRECTORY));
  EXPECT_EQ(rename_after_a_look(at.number(), "in/a", at.number(), "in/b"), EEXIST);
  EXPECT_EQ(rename_after_a_look(at.number(), "in/folder", at.number(), "in/b"), EEXIST);
  EXPECT_EQ(rename_after_a_look(at.number(), "in/none", at.number(), "in/c"), ENOENT);
  EXPECT_EQ(rename_after_a_look(at.number(), "in/a", at.number(), "in/c"), 0);
  EXPECT_EQ(rename_after_a_look(at.number(), "in/folder", at.number(), "in/d"), 0);
  EXPECT_EQ(*tree->read("c"), "1");
  EXPECT_EQ(tree->list()->size(), 3U);
}

TEST_F(DiskTest, KeepsNoDescriptors) {
  const auto before = open_descriptors();
  for (int round = 0; round < 3; ++round) {
    EXPECT_TRUE(tree->write("a/b/c", "x"));
    EXPECT_TRUE(tree->list());
    EXPECT_FALSE(tree->read("none"));
    EXPECT_TRUE(tree->open("a"));
    EXPECT_TRUE(tree->exchange("a/b", "a/b"));
    EXPECT_TRUE(tree->remove("a"));
  }
  EXPECT_EQ(open_descriptors(), before);
}

TEST(OpenDisk, ExplainsWhatIsMissingOrInTheWay) {
  const TestFolder place;
  put_file(place / "file", "x");
  EXPECT_EQ(fault_of(open_disk(place / "none")), Fault::not_found);
  EXPECT_EQ(fault_of(open_disk(place / "file")), Fault::conflict);
  EXPECT_EQ(fault_of(create_disk(place / "file/below")), Fault::conflict);
  EXPECT_TRUE(create_disk(place / "a/b/c"));
  EXPECT_TRUE(create_disk(place / "a/b/c"));
}

TEST(CreateDisk, RefusesAPrivateFolderThatOthersCanWriteTo) {
  const TestFolder place;
  std::filesystem::create_directory(place / "open");
  std::filesystem::permissions(place / "open", std::filesystem::perms::all);
  EXPECT_EQ(fault_of(create_disk(place / "open", true)), Fault::conflict);
}

TEST(AbsolutePath, KeepsTheLastLink) {
  const TestFolder place;
  std::filesystem::create_directories(place / "real/sub");
  std::filesystem::create_directory_symlink("real", place / "link");
  const std::string& top = place.path();
  EXPECT_EQ(absolute_path(top, "link"), top + "/link");
  EXPECT_EQ(absolute_path(top, "link/"), top + "/link");
  EXPECT_EQ(absolute_path(top, "link/sub"), top + "/real/sub");
  EXPECT_EQ(absolute_path(top, "link/.."), top);
  EXPECT_EQ(absolute_path(top, "./none/../x/y"), top + "/x/y");
  EXPECT_EQ(absolute_path(top, "."), top);
  EXPECT_EQ(absolute_path(top, "/"), "/");
  EXPECT_EQ(absolute_path(top, "/etc"), "/etc");
}

TEST(FindUpwards, FindsTheNearest) {
  const TestFolder place;
  std::filesystem::create_directories(place / "a/b/c");
  std::filesystem::create_directory(place / ".mark");
  std::filesystem::create_directory(place / "a/b/.mark");
  EXPECT_EQ(find_upwards(place / "a/b/c", ".mark"), place / "a/b");
  EXPECT_EQ(find_upwards(place / "a/b", ".mark"), place / "a/b");
  EXPECT_EQ(find_upwards(place / "a", ".mark"), place.path());
  EXPECT_EQ(find_upwards(place.path(), ".no-such-mark-anywhere"), std::nullopt);
  EXPECT_EQ(find_upwards(place.path(), "etc"), "/");
}

TEST(ReadUserFile, SaysWhatIsWrong) {
  const TestFolder place;
  put_file(place / "form", "12345");
  EXPECT_EQ(*read_user_file(place / "form", 5), "12345");
  EXPECT_EQ(fault_of(read_user_file(place / "form", 4)), Fault::invalid_input);
  EXPECT_EQ(fault_of(read_user_file(place / "none", 4)), Fault::not_found);
  const auto folder = read_user_file(place.path(), 4);
  EXPECT_EQ(fault_of(folder), Fault::unavailable);
  EXPECT_EQ(folder.failure().message(), "cannot read " + place.path() + ": it is a folder");
  EXPECT_EQ(fault_of(read_user_file("/dev/zero", 4)), Fault::unavailable);
}

TEST(ReadUserFile, ReadsPipes) {
  const TestFolder place;
  ASSERT_EQ(::mkfifo((place / "pipe").c_str(), 0600), 0);
  std::jthread writer([&] { put_file(place / "pipe", "through a pipe"); });
  EXPECT_EQ(*read_user_file(place / "pipe", 100), "through a pipe");
}

TEST(FileLock, IsHeldByOneAndGivenBack) {
  const TestFolder place;
  {
    const auto lock = FileLock::take(place / "lock", 1);
    ASSERT_TRUE(lock);
    EXPECT_EQ(fault_of(FileLock::take(place / "lock", 0.05)), Fault::conflict);
  }
  auto again = FileLock::take(place / "lock", 0);
  ASSERT_TRUE(again);
  const FileLock moved = *std::move(again);
  EXPECT_FALSE(FileLock::take(place / "lock", 0));
  EXPECT_EQ(fault_of(FileLock::take(place / "none/lock", 0)), Fault::not_found);
}

TEST(FileLock, WaitsForTheOther) {
  const TestFolder place;
  auto held = std::make_unique<FileLock>(*FileLock::take(place / "lock", 0));
  std::jthread other([&held] { held.reset(); });
  EXPECT_TRUE(FileLock::take(place / "lock", 10));
}

}  // namespace
}  // namespace crafter
