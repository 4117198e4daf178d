// Proving whole projects: the sample as it is, and the sample with something wrong.

#include "check/prover.h"

#include <gtest/gtest.h>

#include <thread>

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
    };
    return prover->check(tree, blueprint_, wish, **folder_, hear, std::move(stop));
  }

  /// The code of a failure, or "" when there is none.
  std::string code(const Tree& tree, const ProofWish& wish = {}) {
    const auto proof = check(tree, wish);
    if (proof) return {};
    const Diagnostic& first = proof.failure().diagnostics().front();
    said_ = first.message + "\n" + first.hint;
    return first.code;
  }

  static bool is_offline(const std::string& code) {
    return code == "python.network" || code == "python.no_uv";
  }

  TestFolder place_;
  Result<std::unique_ptr<Directory>> folder_ = open_disk(place_.path());
  Catalog catalog_ =
      *Catalog::load(embedded_directory(embedded_catalog(), embedded_catalog_count()));
  Tree tree_ = sample_tree();
  Blueprint blueprint_ = sample_blueprint(tree_);
  std::vector<std::string> heard_;
  std::string said_;
};

TEST_F(Proving, ShowsEveryStepOfASoundProject) {
  const auto proof = check(tree_);
  if (!proof && proof.failure().fault() == Fault::unavailable)
    GTEST_SKIP() << proof.failure().message();
  ASSERT_TRUE(proof) << proof.failure().message() << proof.failure().diagnostics()[0].hint;
  std::vector<std::string> names;
  for (const ProofStep& step : proof->steps) {
    names.push_back(step.name);
    RecordProperty(step.name, static_cast<int>(step.milliseconds));
    std::cerr << step.name << ": " << step.detail << " " << step.milliseconds << "\n";
  }
  EXPECT_EQ(names, (std::vector<std::string>{"parse", "compile", "environment", "tests",
                                             "stdio 2025-11-25", "stdio 2026-07-28",
                                             "http 2025-11-25", "http 2026-07-28"}));
  EXPECT_NE(proof->lock.find("name = \"weather-api\""), std::string::npos);
  EXPECT_TRUE(proof->sandboxed);
}

}  // namespace
}  // namespace crafter
