// The facade from a library user's side, on a real folder, without a proof (tests/e2e prove).

#include "engine/crafter.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "os/disk.h"

namespace crafter {
namespace {

constexpr const char* kForm = R"({"server_name": "weather", "complexity": "simple",
  "environment_vars": {"API_TOKEN": "planted-value-1"},
  "custom_tools": [{"name": "echo", "parameters": {"text": {"type": "string"}},
                    "implementation": "return kwargs['text']"}]})";
constexpr ProofWish kUnproven{.level = ProofLevel::none, .unsandboxed = false};

/// A temporary folder that goes away.
class CrafterTest : public testing::Test {
 protected:
  CrafterTest() {
    std::string name = testing::TempDir() + "crafter-XXXXXX";
    folder_ = ::mkdtemp(name.data());
  }
  ~CrafterTest() override {
    auto disk = open_disk(folder_);
    for (const char* inner : {"weather", ".mcp-crafter"})
      if (disk && !(*disk)->remove(inner)) ADD_FAILURE() << "cannot clean up";
    auto parent = open_disk(testing::TempDir());
    if (parent) (void)(*parent)->remove(folder_.substr(testing::TempDir().size()));
  }

  Crafter opened() {
    auto crafter = Crafter::open({.folder = folder_,
                                  .cache = folder_ + "/cache",
                                  .path = "/usr/bin:/bin",
                                  .overlay = "",
                                  .passed = {},
                                  .environment = {}});
    EXPECT_TRUE(crafter) << (crafter ? "" : crafter.failure().message());
    return *std::move(crafter);
  }
  static FormSource form(std::string text) {
    return {
        .text = std::move(text), .file = "form.json", .overrides = {}, .allowed_dependencies = {}};
  }
  Made made(Crafter& crafter) {
    auto id = crafter.submit(form(kForm), kUnproven);
    EXPECT_TRUE(id) << (id ? "" : id.failure().message());
    auto done = crafter.work(id->build_id,
                             [this](const Event& event) { seen_.push_back(event.progress); }, {});
    EXPECT_TRUE(done) << (done ? "" : done.failure().message());
    return *std::move(done);
  }

  std::string folder_;
  std::vector<int> seen_;
};

TEST_F(CrafterTest, ASubmittedBuildIsDurableBeforeItIsWorked) {
  Crafter one = opened();
  const auto id = one.submit(form(kForm), kUnproven);
  ASSERT_TRUE(id);
  Crafter other = opened();
  const auto status = other.status(id->build_id);
  ASSERT_TRUE(status);
  EXPECT_EQ(status->state, BuildState::pending);
  EXPECT_EQ(status->server_name, "weather");
}

TEST_F(CrafterTest, ABuildTellsEveryStepAndEndsInSuccess) {
  Crafter crafter = opened();
  const Made done = made(crafter);
  EXPECT_EQ(done.build.state, BuildState::success);
  EXPECT_EQ(done.build.progress, 100);
  EXPECT_EQ(seen_, (std::vector{10, 25, 50, 70, 85, 95, 100}));
  EXPECT_TRUE(done.env_written);
}

TEST_F(CrafterTest, SecretsAreNotInTheJournal) {
  Crafter crafter = opened();
  const Made done = made(crafter);
  EXPECT_EQ(write_json(done.build.form).find("planted-value-1"), std::string::npos);
}

TEST_F(CrafterTest, ANameThatIsTakenIsAConflict) {
  Crafter crafter = opened();
  made(crafter);
  const auto again = crafter.submit(form(kForm), kUnproven);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.failure().fault(), Fault::conflict);
}

TEST_F(CrafterTest, AnInvalidFormMakesNoWorkspace) {
  Crafter crafter = opened();
  const auto id = crafter.submit(form(R"({"server_name": "Bad Name"})"), kUnproven);
  ASSERT_FALSE(id);
  EXPECT_EQ(id.failure().fault(), Fault::invalid_input);
  EXPECT_FALSE(crafter.workspace());
}

TEST_F(CrafterTest, AStoppedBuildIsCancelledAndLeavesNothing) {
  Crafter crafter = opened();
  const auto id = crafter.submit(form(kForm), kUnproven);
  ASSERT_TRUE(id);
  std::stop_source stop;
  stop.request_stop();
  const auto done = crafter.work(id->build_id, {}, stop.get_token());
  ASSERT_TRUE(done);
  EXPECT_EQ(done->build.state, BuildState::cancelled);
  const auto servers = crafter.list();
  ASSERT_TRUE(servers);
  EXPECT_TRUE(servers->empty());
}

TEST_F(CrafterTest, DeletingRefusesEditedFilesUnlessForced) {
  Crafter crafter = opened();
  const Made done = made(crafter);
  auto project = open_disk(done.path);
  ASSERT_TRUE(project);
  ASSERT_TRUE((*project)->write("src/tools/echo.py", "# mine\n"));
  const auto refused = crafter.remove("weather", /*force=*/false);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.failure().fault(), Fault::conflict);
  EXPECT_TRUE(crafter.remove("weather", /*force=*/true));
  const auto servers = crafter.list();
  ASSERT_TRUE(servers);
  EXPECT_TRUE(servers->empty());
}

TEST_F(CrafterTest, AnUnknownServerIsNamedWithItsNeighbour) {
  Crafter crafter = opened();
  made(crafter);
  const auto info = crafter.info("wether");
  ASSERT_FALSE(info);
  EXPECT_EQ(info.failure().fault(), Fault::not_found);
  EXPECT_EQ(info.failure().diagnostics().front().hint, "did you mean weather");
}

}  // namespace
}  // namespace crafter
