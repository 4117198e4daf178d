// Deleting is one rename; what was killed half-way is finished.

#include <sys/stat.h>

#include <filesystem>

#include "install/fixture_test.h"
#include "install/install.h"

namespace crafter {
namespace {

const std::string kInTrash = ".mcp-crafter/trash/weather-" + kBuildId;
const std::string kLeaving = ".mcp-crafter/leaving/weather-" + kBuildId;

TEST(Trash, GetsTheProjectWithoutItsSecrets) {
  Premises place = in_memory();
  must(place.install());
  must(place.workspace->write("weather/notes.txt", "mine"));
  must(place.trash());
  EXPECT_FALSE(place.has("weather"));
  EXPECT_TRUE(place.has(kInTrash + "/src/main.py"));
  EXPECT_TRUE(place.has(kInTrash + "/notes.txt"));
  EXPECT_FALSE(place.has(kInTrash + "/.env"));
  EXPECT_FALSE(place.has(kLeaving));
  EXPECT_EQ(picture(*place.workspace).find("s3cret"), std::string::npos);
}

TEST(Trash, TakesAProjectTwiceAsOnce) {
  Premises place = in_memory();
  must(place.install());
  must(place.trash());
  must(place.trash());
  EXPECT_TRUE(place.has(kInTrash));
}

TEST(Trash, DoesNotTakeTheNextProjectOfThatNameAlong) {
  Premises place = in_memory();
  must(place.install());
  must(place.trash());
  must(place.install());
  must(place.trash());  // the same deletion, taken over by somebody who came late
  EXPECT_TRUE(place.has("weather/src/main.py"));
}

TEST(Trash, SaysWhenThereIsNothing) {
  Premises place = in_memory();
  EXPECT_EQ(refusal(place.trash()).fault(), Fault::not_found);
}

TEST(Trash, IsEmptiedAsAWhole) {
  Premises place = in_memory();
  must(place.install());
  must(place.trash());
  must(purge_trash(*place.state));
  EXPECT_FALSE(place.has(".mcp-crafter/trash"));
  must(purge_trash(*place.state));
}

/// A failure at any changing operation leaves the project whole here or there, and can be repaired.
TEST(Trash, IsAtomicWhereverTheDiskFails) {
  int failing = 1;
  for (bool is_done = false; !is_done && failing < 100; ++failing) {
    Premises place = in_memory();
    must(place.install());
    const std::string before = picture(*place.project());
    const auto beneath = must(place.workspace->open(kStateFolder));
    const auto workspace = faulty_directory(std::move(place.workspace), failing);
    const auto state = must(workspace->open(kStateFolder));
    is_done = static_cast<bool>(move_to_trash(*workspace, *state, "weather", kBuildId));
    if (must(workspace->look("weather"))) {
      EXPECT_EQ(picture(*must(workspace->open("weather"))), before) << failing;
      continue;
    }
    must(recover(*beneath, nothing_runs));
    EXPECT_TRUE(must(workspace->look(kInTrash + "/src/main.py"))) << failing;
    EXPECT_FALSE(must(workspace->look(kInTrash + "/.env"))) << failing;
    EXPECT_FALSE(must(workspace->look(kLeaving))) << failing;
  }
  EXPECT_GT(failing, 6);
  EXPECT_LT(failing, 100);
}

class TrashOnDisk : public testing::Test {
 protected:
  TestFolder folder_;
  Premises place_{must(open_disk(folder_.path()))};
};

TEST_F(TrashOnDisk, NeverTakesALinkOrAFile) {
  namespace fs = std::filesystem;
  TestFolder elsewhere;
  put_file(elsewhere / "precious", "x");
  fs::create_directory_symlink(elsewhere.path(), folder_ / "link");
  put_file(folder_ / "file", "x");
  ASSERT_EQ(::mkfifo((folder_ / "fifo").c_str(), 0600), 0);
  for (const char* name : {"link", "file", "fifo"}) {
    EXPECT_EQ(refusal(place_.trash(name)).fault(), Fault::conflict) << name;
    EXPECT_TRUE(fs::exists(fs::symlink_status(folder_ / name))) << name;
  }
  EXPECT_TRUE(fs::exists(elsewhere / "precious"));
}

TEST_F(TrashOnDisk, ErasesALinkCalledEnvAndNotWhatItPointsTo) {
  TestFolder elsewhere;
  put_file(elsewhere / "env", "theirs");
  must(place_.install("weather", small_tree(), {}));
  std::filesystem::create_symlink(elsewhere / "env", folder_ / "weather/.env");
  must(place_.trash());
  EXPECT_FALSE(place_.has(kInTrash + "/.env"));
  EXPECT_TRUE(std::filesystem::exists(elsewhere / "env"));
}

TEST_F(TrashOnDisk, IsEmptiedWithLinksAndPipesInside) {
  TestFolder elsewhere;
  put_file(elsewhere / "precious", "x");
  must(place_.install());
  std::filesystem::create_directory_symlink(elsewhere.path(), folder_ / "weather/src/out");
  ASSERT_EQ(::mkfifo((folder_ / "weather/pipe").c_str(), 0600), 0);
  must(place_.trash());
  must(purge_trash(*place_.state));
  EXPECT_FALSE(place_.has(".mcp-crafter/trash"));
  EXPECT_TRUE(std::filesystem::exists(elsewhere / "precious"));
}

TEST(Recover, RemovesStagesThatNobodyWorksOn) {
  Premises place = in_memory();
  must(place.state->write("stage/dead/a", "x"));
  must(place.state->write("stage/alive/a", "x"));
  must(recover(*place.state, [&]() -> Result<std::vector<std::string>> {
    must(place.state->write("stage/newborn/a", "x"));  // begins while we look
    return std::vector<std::string>{"alive"};
  }));
  EXPECT_FALSE(place.has(".mcp-crafter/stage/dead"));
  EXPECT_TRUE(place.has(".mcp-crafter/stage/alive/a"));
  EXPECT_TRUE(place.has(".mcp-crafter/stage/newborn/a"));
}

TEST(Recover, FinishesDeletionsThatNobodyWorksOn) {
  Premises place = in_memory();
  must(place.state->write("leaving/one-dead/.env", "s3cret"));
  must(place.state->write("leaving/one-dead/a", "x"));
  must(place.state->write("leaving/two-alive/.env", "x"));
  const auto running = []() -> Result<std::vector<std::string>> {
    return std::vector<std::string>{"alive"};
  };
  must(recover(*place.state, running));
  EXPECT_TRUE(place.has(".mcp-crafter/trash/one-dead/a"));
  EXPECT_FALSE(place.has(".mcp-crafter/trash/one-dead/.env"));
  EXPECT_TRUE(place.has(".mcp-crafter/leaving/two-alive/.env"));
  const std::string once = picture(*place.workspace);
  must(recover(*place.state, running));
  EXPECT_EQ(picture(*place.workspace), once);
}

TEST(Recover, AsksNobodyWhenThereIsNothingToDo) {
  Premises place = in_memory();
  must(recover(*place.state, []() -> Result<std::vector<std::string>> {
    return Failure(Fault::internal, "test", "asked for nothing");
  }));
}

}  // namespace
}  // namespace crafter
