// What people did to a project since it was written.

#include <sys/stat.h>

#include <filesystem>

#include "install/fixture_test.h"
#include "install/install.h"

namespace crafter {
namespace {

const std::vector<std::string> kDerived = {"*.egg-info/", "*.pyc",        ".env",
                                           ".venv/",      "__pycache__/", "uv.lock"};

std::string words(const std::vector<Leftover>& found) {
  std::string text;
  for (const Leftover& one : found) text += one.path + ": " + one.why + "\n";
  return text;
}
std::string words(const std::vector<Drift>& found) {
  std::string text;
  for (const Drift& one : found) text += one.path + ": " + one.what + "\n";
  return text;
}

class DriftTest : public testing::Test {
 protected:
  DriftTest() { must(place_.install()); }

  TestFolder folder_;
  Premises place_{must(open_disk(folder_.path()))};
};

TEST_F(DriftTest, IsNothingRightAfterInstalling) {
  EXPECT_EQ(words(must(drift(*place_.project()))), "");
  EXPECT_EQ(words(must(leftovers(*place_.project(), kDerived))), "");
}

TEST_F(DriftTest, IsWhatWasEditedOrDeletedButNotTheUsersOwn) {
  put_file(folder_ / "weather/src/main.py", "print(2)\n");
  put_file(folder_ / "weather/crafter.json", "{\"a\": 1}\n");
  std::filesystem::remove(folder_ / "weather/empty");
  put_file(folder_ / "weather/new", "");
  EXPECT_EQ(words(must(drift(*place_.project()))), "empty: deleted\nsrc/main.py: edited\n");
}

TEST_F(DriftTest, SeesThatAFileBecameSomethingElse) {
  std::filesystem::remove(folder_ / "weather/src/main.py");
  std::filesystem::create_symlink("/dev/zero", folder_ / "weather/src/main.py");
  std::filesystem::remove(folder_ / "weather/empty");
  ASSERT_EQ(::mkfifo((folder_ / "weather/empty").c_str(), 0600), 0);
  EXPECT_EQ(words(must(drift(*place_.project()))), "empty: edited\nsrc/main.py: edited\n");
  EXPECT_EQ(words(must(leftovers(*place_.project(), kDerived))),
            "empty: edited\nsrc/main.py: edited\n");
}

TEST_F(DriftTest, IsUnknownWithoutALock) {
  std::filesystem::remove(folder_ / "weather/.crafter/lock.json");
  EXPECT_EQ(refusal(drift(*place_.project())).fault(), Fault::not_found);
}

TEST_F(DriftTest, LeftoversAreEditedAndForeignFiles) {
  put_file(folder_ / "weather/src/main.py", "print(2)\n");
  put_file(folder_ / "weather/crafter.json", "{\"a\": 1}\n");
  put_file(folder_ / "weather/src/notes.txt", "mine");
  std::filesystem::create_symlink("/etc", folder_ / "weather/etc");
  ASSERT_EQ(::mkfifo((folder_ / "weather/pipe").c_str(), 0600), 0);
  std::filesystem::create_directory(folder_ / "weather/empty-folder");
  std::filesystem::remove(folder_ / "weather/empty");
  EXPECT_EQ(words(must(leftovers(*place_.project(), kDerived))),
            "crafter.json: edited\netc: not ours\npipe: not ours\nsrc/main.py: edited\n"
            "src/notes.txt: not ours\n");
}

TEST_F(DriftTest, LeftoversAreNotWhatRunningAProjectLeaves) {
  const auto project = place_.project();
  for (const char* path : {".venv/bin/python", "src/__pycache__/main.cpython-313.pyc", "a/b.pyc",
                           "src/server.egg-info/PKG-INFO", "deep/uv.lock"})
    must(project->write(path, "x"));
  EXPECT_EQ(words(must(leftovers(*project, kDerived))), "");
  must(project->write("pycache__/a", "x"));
  must(project->write("b.pyc.txt", "x"));
  must(project->write("docs/.venv", "a file, not a folder"));
  EXPECT_EQ(words(must(leftovers(*project, kDerived))),
            "b.pyc.txt: not ours\ndocs/.venv: not ours\npycache__/a: not ours\n");
}

TEST_F(DriftTest, WithoutALockEverythingIsALeftover) {
  std::filesystem::remove_all(folder_ / "weather/.crafter");
  const auto found = must(leftovers(*place_.project(), kDerived));
  EXPECT_EQ(found.size(), 5U);
  for (const Leftover& one : found) EXPECT_EQ(one.why, "not ours");
}

TEST_F(DriftTest, ADamagedLockIsSaidToBeDamaged) {
  put_file(folder_ / "weather/.crafter/lock.json", "{");
  EXPECT_EQ(code_of(refusal(leftovers(*place_.project(), kDerived))), "lock.format");
}

}  // namespace
}  // namespace crafter
