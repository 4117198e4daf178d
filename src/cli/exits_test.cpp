// Which exit code each failure gets.

#include "cli/exits.h"

#include <gtest/gtest.h>

namespace crafter::cli {
namespace {

Diagnostic coded(std::string code, std::string file = {}) {
  return {.code = std::move(code), .file = std::move(file), .message = "it failed"};
}

struct Row {
  Fault fault;
  std::string code;
  int exit;
};

TEST(Exits, EveryFaultHasOne) {
  const std::vector<Row> rows{
      {Fault::usage, "usage.value", 2},           {Fault::invalid_input, "form.enum", 3},
      {Fault::input_needed, "input.name", 4},     {Fault::conflict, "install.exists", 5},
      {Fault::conflict, "drift.edited", 6},       {Fault::unverified, "proof.tests", 7},
      {Fault::unverified, "call.tool_error", 1},  {Fault::not_found, "os.not_found", 8},
      {Fault::unavailable, "os.no_sandbox", 9},   {Fault::unavailable, "os.permission", 1},
      {Fault::cancelled, "build.cancelled", 130}, {Fault::internal, "plan.expression", 1},
  };
  for (const Row& row : rows)
    EXPECT_EQ(exit_of(Failure(row.fault, coded(row.code))).code, row.exit) << row.code;
}

TEST(Exits, AFlagsBadValueIsUsageUnlessTheFormIsBadToo) {
  const Failure flags(Fault::invalid_input,
                      {coded("form.enum", "--complexity"), coded("a", "NAME")});
  EXPECT_EQ(exit_of(flags).code, 2);
  EXPECT_EQ(exit_of(Failure(Fault::invalid_input, coded("form.enum", "--form"))).code, 3);
  const Failure both(Fault::invalid_input, {coded("a", "--complexity"), coded("a", "form.json")});
  EXPECT_EQ(exit_of(both).code, 3);
}

TEST(Exits, ABuildFailsAsItsFirstErrorSays) {
  const std::vector<std::pair<std::string, int>> rows{
      {"proof.tests", 7},     {"mcp.noise", 7},     {"form.dependencies", 3},
      {"install.exists", 5},  {"os.exists", 5},     {"os.no_space", 1},
      {"python.missing", 9},  {"os.no_sandbox", 9}, {"plan.expression", 1},
      {"build.set_aside", 1},
  };
  for (const auto& [code, exit] : rows)
    EXPECT_EQ(exit_of(failure_of_build(false, {coded(code)}, "")).code, exit) << code;
}

TEST(Exits, ACancelledBuildIsInterrupted) {
  EXPECT_EQ(exit_of(failure_of_build(true, {}, "")).code, 130);
  EXPECT_EQ(exit_of(failure_of_build(true, {coded("proof.tests")}, "")).code, 130);
}

TEST(Exits, WarningsOfABuildAreNotItsReasons) {
  Diagnostic warning = coded("form.unknown_package");
  warning.severity = Severity::warning;
  const Failure failure = failure_of_build(false, {warning, coded("proof.tests")}, "");
  EXPECT_EQ(failure.diagnostics().size(), 1U);
  EXPECT_EQ(exit_of(failure).code, 7);
}

}  // namespace
}  // namespace crafter::cli
