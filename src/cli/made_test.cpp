// What is told of builds, and of several of them.

#include "cli/made.h"

#include <gtest/gtest.h>

namespace crafter::cli {
namespace {

Made made() {
  Made made;
  made.build = {.id = "id-1", .server_name = "api", .state = BuildState::success, .progress = 100};
  made.path = "/w/api";
  made.proof = {.level = ProofLevel::full, .steps = {{"tests", "26 tests passed", 1500}}};
  return made;
}

TEST(Made, ASuccessHasTheAgreedKeys) {
  const Answer answer = answer_of(made(), {});
  EXPECT_EQ(write_json(answer.data),
            R"({"build_id":"id-1","server_name":"api","path":"/w/api","status":"success",)"
            R"("progress":100,"proof":{"level":"full","sandboxed":true,"steps":[{"name":"tests",)"
            R"("detail":"26 tests passed","milliseconds":1500}],"versions":[]}})");
  EXPECT_EQ(answer.text, "/w/api\n");
  EXPECT_TRUE(answer.words.starts_with("api is ready, proven: tests\n")) << answer.words;
}

TEST(Made, AFailedProofSaysWhereItsScratchIs) {
  Made failed = made();
  failed.build.state = BuildState::failed;
  failed.build.diagnostics = {{.code = "proof.tests", .message = "2 tests failed"}};
  failed.scratch = "/w/.mcp-crafter/scratch/id-1";
  const Answer answer = answer_of(failed, {});
  EXPECT_EQ(answer.failure->fault(), Fault::unverified);
  EXPECT_EQ(answer.text, "");
  EXPECT_TRUE(answer.data.at("proof").is_null());
  EXPECT_NE(answer.words.find(failed.scratch), std::string::npos);
}

TEST(Made, WithoutProofTheWordsSayHowToMakeIt) {
  Made bare = made();
  bare.proof = {.level = ProofLevel::none};
  EXPECT_NE(answer_of(bare, {}).words.find("mcp-crafter check api"), std::string::npos);
}

TEST(Combined, ABatchFailsAsItsWorstForm) {
  const Source bad{"bad.json", FormSource{.text = R"({"server_name": "bad"})", .file = "bad.json"}};
  const Failure invalid(Fault::invalid_input, "form.enum", "no such preset");
  const Failure missing(Fault::not_found, "os.not_found", "cannot read");
  const Answer all =
      combined({answer_of(made(), {}), refused(bad, invalid), refused(bad, missing)});
  EXPECT_EQ(all.failure->fault(), Fault::not_found);
  EXPECT_EQ(all.failure->diagnostics().size(), 2U);
  const JsonArray& results = all.data.at("results").as_array();
  ASSERT_EQ(results.size(), 3U);
  EXPECT_EQ(results[1].at("server_name"), "bad");
  for (const char* key : {"build_id", "server_name", "path", "status", "progress", "proof"})
    for (const Json& result : results) EXPECT_TRUE(result.as_object().contains(key)) << key;
}

TEST(Combined, AFormThatIsRefusedAloneHasNoData) {
  const Source bad{"bad.json", FormSource{}};
  const Answer answer = combined({refused(bad, Failure(Fault::invalid_input, "a", "b"))});
  EXPECT_TRUE(answer.data.is_null());
  EXPECT_TRUE(answer.failure);
}

TEST(Sources, TheNameAFormGives) {
  EXPECT_EQ(name_in(R"({"server_name": "a"})", "f.json"), "a");
  EXPECT_EQ(name_in("server_name: a\n", "f.yaml"), "a");
  EXPECT_EQ(name_in(R"({"tool": "t", "arguments": {"server_name": "a"}})", "f.json"), "a");
  EXPECT_EQ(name_in("{", "f.json"), "");
  EXPECT_EQ(name_in("", "f.yaml"), "");
}

}  // namespace
}  // namespace crafter::cli
