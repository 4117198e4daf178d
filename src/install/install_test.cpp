// A new project is there whole, or not at all.

#include "install/install.h"

#include <sys/stat.h>

#include <filesystem>

#include "install/fixture_test.h"

namespace crafter {
namespace {

TEST(Install, WritesTheTreeAndWhatStandsBesideIt) {
  Premises place = in_memory();
  const Installed installed = must(place.install());
  EXPECT_EQ(installed.changes.size(), 5U);
  for (const Change& change : installed.changes) EXPECT_EQ(change.move, Move::create);
  const auto project = place.project();
  for (const auto& [path, file] : small_tree()) {
    EXPECT_EQ(must(project->read(path)), file.bytes) << path;
    EXPECT_EQ(must(project->look(path))->access, file.access) << path;
  }
  EXPECT_EQ(must(project->read("uv.lock")), "version = 1\n");
  EXPECT_EQ(must(project->read(".env")),
            "# Secrets of this server: not for version control, not for images.\n"
            "API_KEY='s3cret value'\nTOKEN=abc\n");
  EXPECT_EQ(must(project->look(".env"))->access, Access::secret);
  EXPECT_EQ(made_by(*project), kBuildId);
  const Lock lock = must(read_lock(*project));
  EXPECT_EQ(lock.files.size(), 5U) << "the files of the tree and no other";
  EXPECT_EQ(must(unpack(must(project->read(kPackPath)))).at("src/main.py"), "print(1)\n");
  EXPECT_TRUE(must(drift(*project)).empty());
  EXPECT_FALSE(place.has(".mcp-crafter/stage/" + kBuildId));
}

TEST(Install, LeavesOutTheLockAndTheSecretsThatAreNotThere) {
  Premises place = in_memory();
  must(place.install("weather", small_tree(), {}));
  EXPECT_FALSE(place.has("weather/uv.lock"));
  EXPECT_FALSE(place.has("weather/.env"));
}

TEST(Install, KeepsSecretsOutOfEverythingButTheirFile) {
  Premises place = in_memory();
  must(place.install());
  must(place.workspace->remove("weather/.env"));
  EXPECT_EQ(picture(*place.workspace).find("s3cret"), std::string::npos);
}

TEST(Install, GivesTheSameBytesEachTime) {
  Premises one = in_memory();
  Premises two = in_memory();
  must(one.install());
  must(two.install());
  EXPECT_EQ(picture(*one.workspace), picture(*two.workspace));
}

TEST(Install, CallsSealWithTheStagedFolderBeforeTheProjectIsThere) {
  Premises place = in_memory();
  bool was_called = false;
  must(install_new(*place.workspace, *place.state, "weather", kBuildId, small_tree(), {},
                   [&](Directory& staged) -> Result<> {
                     was_called = must(staged.look("src/main.py")) && !place.has("weather");
                     return staged.write(".git/HEAD", "ref");
                   }));
  EXPECT_TRUE(was_called);
  EXPECT_TRUE(place.has("weather/.git/HEAD"));
}

TEST(Install, LeavesNothingWhenSealFails) {
  Premises place = in_memory();
  const auto failed = install_new(
      *place.workspace, *place.state, "weather", kBuildId, small_tree(), {},
      [](Directory&) -> Result<> { return Failure(Fault::unavailable, "git.none", "no git"); });
  EXPECT_EQ(refusal(failed).message(), "no git");
  EXPECT_FALSE(place.has("weather"));
  EXPECT_FALSE(place.has(".mcp-crafter/stage/" + kBuildId));
}

TEST(Install, ReplacesTheStageOfAnEarlierAttempt) {
  Premises place = in_memory();
  must(place.state->write("stage/" + kBuildId + "/left/over", "x"));
  must(place.install());
  EXPECT_FALSE(place.has("weather/left"));
}

TEST(Install, RefusesATreeThatBringsWhatIsOurs) {
  for (const char* path : {".env", "uv.lock", ".crafter/lock.json", ".crafter/x"}) {
    Premises place = in_memory();
    const auto failed = place.install("weather", {{path, {}}});
    EXPECT_EQ(code_of(refusal(failed)), "install.reserved") << path;
    EXPECT_FALSE(place.has("weather"));
  }
}

TEST(Install, RefusesASecretThatDotEnvCannotHoldWithoutShowingIt) {
  for (const char* value : {"it's", "two\nlines", "\x1b[0m"}) {
    Premises place = in_memory();
    const Failure failure =
        refusal(place.install("weather", small_tree(), {.secrets = {{"API_KEY", value}}}));
    EXPECT_NE(failure.message().find("API_KEY"), std::string::npos);
    EXPECT_EQ(failure.message().find(value), std::string::npos);
    EXPECT_FALSE(place.has("weather"));
    EXPECT_FALSE(place.has(".mcp-crafter/stage/" + kBuildId));
  }
}

/// A failure at any changing operation leaves nothing, or the whole project, and nothing else.
TEST(Install, IsAtomicWhereverTheDiskFails) {
  Premises whole = in_memory();
  must(whole.install());
  const std::string complete = picture(*whole.project());
  int failing = 1;
  for (bool is_done = false; !is_done && failing < 100; ++failing) {
    auto memory = memory_directory();
    must(memory->make_folder(kStateFolder));
    const auto beneath = must(memory->open(kStateFolder));  // sees the same tree, and never fails
    const auto workspace = faulty_directory(std::move(memory), failing);
    const auto state = must(workspace->open(kStateFolder));
    const auto result =
        install_new(*workspace, *state, "weather", kBuildId, small_tree(), some_extras());
    is_done = static_cast<bool>(result);
    EXPECT_TRUE(is_done || result.failure().fault() == Fault::unavailable);
    const bool is_there = must(workspace->look("weather")).has_value();
    EXPECT_TRUE(is_there || !is_done);
    EXPECT_EQ(is_there ? picture(*must(workspace->open("weather"))) : complete, complete);
    must(recover(*beneath, nothing_runs));
    EXPECT_TRUE(must(beneath->look("stage")) ? must(beneath->list("stage")).empty() : true);
  }
  EXPECT_GT(failing, 14) << "every operation had its turn";
  EXPECT_LT(failing, 100);
}

class InstallOnDisk : public testing::Test {
 protected:
  TestFolder folder_;
  Premises place_{must(open_disk(folder_.path()))};
};

TEST_F(InstallOnDisk, SetsExactModes) {
  const mode_t before = ::umask(077);
  must(place_.install());
  ::umask(before);
  const auto mode = [&](const std::string& path) {
    struct stat status{};
    EXPECT_EQ(::stat((folder_ / path).c_str(), &status), 0) << path;
    return status.st_mode & 07777;
  };
  EXPECT_EQ(mode("weather"), 0755U);
  EXPECT_EQ(mode("weather/src"), 0755U);
  EXPECT_EQ(mode("weather/src/main.py"), 0644U);
  EXPECT_EQ(mode("weather/scripts/dev.sh"), 0755U);
  EXPECT_EQ(mode("weather/.env"), 0600U);
  EXPECT_EQ(mode("weather/.crafter/lock.json"), 0644U);
}

TEST_F(InstallOnDisk, RefusesWhateverHasTheName) {
  namespace fs = std::filesystem;
  fs::create_directory(folder_ / "folder");
  put_file(folder_ / "file", "mine");
  fs::create_directory_symlink(folder_ / "folder", folder_ / "link");
  fs::create_symlink("nowhere", folder_ / "dangling");
  ASSERT_EQ(::mkfifo((folder_ / "fifo").c_str(), 0600), 0);
  for (const char* name : {"folder", "file", "link", "dangling", "fifo"}) {
    const Failure failure = refusal(place_.install(name));
    EXPECT_EQ(failure.fault(), Fault::conflict) << name;
    EXPECT_EQ(code_of(failure), "install.exists") << name;
  }
  EXPECT_TRUE(fs::is_empty(folder_ / "folder"));
  EXPECT_FALSE(fs::exists(folder_ / ".mcp-crafter/stage/" + kBuildId));
}

TEST_F(InstallOnDisk, NeverReplacesWhatAppearsAtTheLastMoment) {
  const auto late = install_new(*place_.workspace, *place_.state, "weather", kBuildId, small_tree(),
                                {}, [&](Directory&) -> Result<> {
                                  std::filesystem::create_directory(folder_ / "weather");
                                  return {};
                                });
  EXPECT_EQ(refusal(late).fault(), Fault::conflict);
  EXPECT_TRUE(std::filesystem::is_empty(folder_ / "weather"));
  EXPECT_FALSE(place_.has(".mcp-crafter/stage/" + kBuildId));
}

TEST_F(InstallOnDisk, DoesNotFollowAPlantedStage) {
  TestFolder elsewhere;
  std::filesystem::create_directory_symlink(elsewhere.path(), folder_ / ".mcp-crafter/stage");
  EXPECT_EQ(refusal(place_.install()).fault(), Fault::conflict);
  EXPECT_TRUE(std::filesystem::is_empty(elsewhere.path()));
  EXPECT_FALSE(place_.has("weather"));
}

TEST(Install, MadeByIsEmptyWhereNothingSaysSo) {
  const auto project = memory_directory();
  EXPECT_EQ(made_by(*project), "");
  for (const char* text : {"", "{", "[]", "{}", R"({"build_id": 7})"}) {
    must(project->write(kProofPath, text));
    EXPECT_EQ(made_by(*project), "") << text;
  }
}

}  // namespace
}  // namespace crafter
