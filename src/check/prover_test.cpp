// Proving whole projects: the sample as it is, and the sample with something wrong.

#include "check/prover.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

#include "check/sample.h"

namespace crafter {
namespace {

class Proving : public testing::Test {
 protected:
  Proving() { EXPECT_TRUE(folder_); }

  Result<Proof> check(const Tree& tree, const ProofWish& wish = {}, std::stop_token stop = {}) {
    const PythonHome home = test_home();
    const PythonWorker worker(home.python);
    const auto prover = process_prover(catalog_, home, worker);
    const auto hear = [this](const std::string& step, const std::string&) {
      heard_.push_back(step);
      last_heard_ = std::chrono::steady_clock::now();
      on_step_(step);
    };
    return prover->check(tree, blueprint_, wish, **folder_, hear, std::move(stop));
  }

  TestFolder place_;
  Result<std::unique_ptr<Directory>> folder_ = open_disk(place_.path());
  Catalog catalog_ =
      *Catalog::load(embedded_directory(embedded_catalog(), embedded_catalog_count()));
  Tree tree_ = sample_tree();
  Blueprint blueprint_ = sample_blueprint(tree_);
  std::vector<std::string> heard_;
  std::function<void(const std::string&)> on_step_ = [](const std::string&) {};
  std::chrono::steady_clock::time_point last_heard_;
};

#define SKIP_OFFLINE(proof)                    \
  if (!proof && is_offline(proof.failure())) \
  GTEST_SKIP() << "no network, and no environment from earlier: " << proof.failure().message()

TEST_F(Proving, ShowsEveryStepOfASoundProject) {
  const auto proof = check(tree_);
  SKIP_OFFLINE(proof);
  ASSERT_TRUE(proof) << proof.failure().message() << proof.failure().diagnostics()[0].hint;
  std::vector<std::string> names;
  for (const ProofStep& step : proof->steps) {
    names.push_back(step.name);
    RecordProperty(step.name, static_cast<int>(step.milliseconds));
  }
  EXPECT_EQ(names, (std::vector<std::string>{"parse", "compile", "environment", "tests",
                                             "stdio 2025-11-25", "stdio 2026-07-28",
                                             "http 2025-11-25", "http 2026-07-28"}));
  // Packages that are fetched are told of one by one.
  heard_.erase(std::unique(heard_.begin(), heard_.end()), heard_.end());
  EXPECT_EQ(heard_, (std::vector<std::string>{"parse", "compile", "environment", "tests"}));
  EXPECT_NE(proof->lock.find("name = \"weather-api\""), std::string::npos);
  EXPECT_TRUE(std::ranges::is_sorted(proof->versions));
  EXPECT_TRUE(proof->sandboxed);
}

TEST_F(Proving, WorksWithoutASandboxWhenAPersonSaysSo) {
  const auto proof = check(tree_, {.unsandboxed = true});
  SKIP_OFFLINE(proof);
  ASSERT_TRUE(proof) << proof.failure().message() << proof.failure().diagnostics()[0].hint;
  EXPECT_FALSE(proof->sandboxed);
  EXPECT_EQ(proof->steps.size(), 8U);
}

TEST_F(Proving, ShowsNoMoreThanWasWished) {
  EXPECT_TRUE(check(tree_, {.level = ProofLevel::none})->steps.empty());
  const auto syntax = check(tree_, {.level = ProofLevel::syntax});
  ASSERT_TRUE(syntax);
  EXPECT_EQ(syntax->steps.size(), 2U);
  EXPECT_EQ(syntax->lock, "");
}

TEST_F(Proving, EndsSoonWhenAsked) {
  std::stop_source stop;
  on_step_ = [&](const std::string& step) {
    if (step == "tests") stop.request_stop();
  };
  const auto proof = check(tree_, {}, stop.get_token());
  SKIP_OFFLINE(proof);
  ASSERT_FALSE(proof);
  EXPECT_EQ(proof.failure().fault(), Fault::cancelled) << proof.failure().message();
  EXPECT_LT(std::chrono::steady_clock::now() - last_heard_, std::chrono::seconds(5));
}

/// One thing wrong with the sample, and the step that has to find it.
struct Seeded {
  const char* name;
  const char* path;
  const char* before;
  const char* after;
  const char* code;
};

class FindingFaults : public Proving, public testing::WithParamInterface<Seeded> {};

TEST_P(FindingFaults, AtTheStepThatIsForThem) {
  const Seeded& seeded = GetParam();
  std::string& bytes = tree_.at(seeded.path).bytes;
  const auto at = bytes.find(seeded.before);
  ASSERT_NE(at, std::string::npos);
  bytes.replace(at, std::string_view(seeded.before).size(), seeded.after);
  const auto proof = check(tree_);
  SKIP_OFFLINE(proof);
  ASSERT_FALSE(proof);
  const Diagnostic& found = proof.failure().diagnostics().front();
  EXPECT_EQ(found.code, seeded.code) << found.message << "\n" << found.hint;
}

INSTANTIATE_TEST_SUITE_P(
    Sample, FindingFaults,
    testing::Values(Seeded{"json", "src/manifest.json", "\"format\"", "format", "proof.parse"},
                    Seeded{"syntax", "src/main.py", "def main()", "def main(", "proof.compile"},
                    Seeded{"test", "tests/test_server.py", "INVALID_PARAMS = -32602",
                           "INVALID_PARAMS = 1", "proof.tests"},
                    Seeded{"name", "src/manifest.json", "\"name\": \"weather-api\"",
                           "\"name\": \"other\"", "proof.stdio-2025-11-25"},
                    Seeded{"noise", "src/main.py", "        serve_stdio(",
                           "        os.write(1, b'hello\\n')\n        serve_stdio(",
                           "proof.tests"}),
    [](const auto& seeded) { return std::string(seeded.param.name); });

}  // namespace
}  // namespace crafter
