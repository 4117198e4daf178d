// The form of .crafter/proof.json.

#include "check/proof.h"

#include <gtest/gtest.h>

namespace crafter {
namespace {

TEST(ProofJson, IsAsDocumented) {
  const Proof proof{.level = ProofLevel::full,
                    .sandboxed = false,
                    .steps = {{.name = "tests", .detail = "26 passed", .milliseconds = 7}},
                    .versions = {"mcp==2.3.0"},
                    .warnings = {{.severity = Severity::warning,
                                  .code = "lint.F841",
                                  .file = "src/tools/a.py",
                                  .line = 3,
                                  .message = "unused"}},
                    .lock = "version = 1"};
  EXPECT_EQ(
      write_json(to_json(proof, "abc", "2026-11-22T17:30:01.250Z")),
      R"({"format":1,"level":"full","sandboxed":false,"proven_at":"2026-11-22T17:30:01.250Z",)"
      R"("tree":"abc","steps":[{"name":"tests","detail":"26 passed","milliseconds":7}],)"
      R"("versions":["mcp==2.3.0"],"warnings":[{"code":"lint.F841","file":"src/tools/a.py",)"
      R"("line":3,"column":1,"message":"unused","hint":""}]})");
}

}  // namespace
}  // namespace crafter
