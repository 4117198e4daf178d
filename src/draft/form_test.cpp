// The form is found in its document, and flags replace what it says.

#include <gtest/gtest.h>

#include "draft/testing.h"

namespace crafter {
namespace {

using testing::drafted;
using testing::form_with;

std::string call(const std::string& tool, const std::string& arguments) {
  return R"({"tool": ")" + tool + R"(", "arguments": )" + arguments + "}";
}

TEST(Form, may_come_as_a_tool_call) {
  const auto blueprint = drafted(call("create_mcp_server", R"({"server_name": "my-server"})"));
  ASSERT_TRUE(blueprint);
  EXPECT_EQ(blueprint->server_name, "my-server");
}

TEST(Form, in_a_tool_call_has_pointers_of_the_document) {
  const auto blueprint =
      drafted(call("create_mcp_server", form_with(R"("capabilities": ["tools", "x"])")));
  ASSERT_FALSE(blueprint);
  EXPECT_EQ(blueprint.failure().diagnostics()[0].pointer, "/arguments/capabilities/1");
}

struct Call {
  std::string json;
  std::string pointer;
};

class WrongCall : public ::testing::TestWithParam<Call> {};

TEST_P(WrongCall, is_refused) {
  const auto blueprint = drafted(GetParam().json);
  ASSERT_FALSE(blueprint);
  EXPECT_EQ(blueprint.failure().diagnostics()[0].pointer, GetParam().pointer);
}

INSTANTIATE_TEST_SUITE_P(
    All, WrongCall,
    ::testing::Values(Call{call("delete_server", R"({"server_name": "my-server"})"), "/tool"},
                      Call{R"({"tool": 1, "arguments": {}})", "/tool"},
                      Call{R"({"tool": "create_mcp_server"})", "/arguments"},
                      Call{call("create_mcp_server", "[]"), "/arguments"},
                      Call{R"({"tool": "create_mcp_server", "arguments": {}, "argument": {}})",
                           "/argument"}));

TEST(Override, replaces_and_adds) {
  const auto blueprint =
      drafted(form_with(R"("description": "old", "metadata": {"author": "A"})"),
              {{"/description", Json("new"), "--description"},
               {"/metadata/license", Json("MIT"), "--meta"},
               {"/deployment_config/box", Json(true), "--deploy"},
               {"/custom_tools", JsonArray{JsonObject{{"name", "echo"}}}, "--tools"},
               {"/custom_tools/0/title", Json("Echo"), "--set"},
               {"/custom_tools/-", JsonObject{{"name", "other"}}, "--set"}});
  ASSERT_TRUE(blueprint);
  EXPECT_EQ(blueprint->description, "new");
  EXPECT_EQ(write_json(blueprint->metadata), R"({"author":"A","license":"MIT"})");
  EXPECT_EQ(blueprint->deployments, std::vector<std::string>{"box"});
  EXPECT_EQ(blueprint->tools.at(0).title, "Echo");
  EXPECT_EQ(blueprint->tools.at(1).name, "other");
}

TEST(Override, stands_inside_of_a_tool_call) {
  const auto blueprint = drafted(call("create_mcp_server", form_with("")),
                                 {{"/description", Json("new"), "--description"}});
  ASSERT_TRUE(blueprint);
  EXPECT_EQ(blueprint->description, "new");
}

TEST(Override, of_the_template_replaces_both_names_of_it) {
  const auto blueprint = drafted(form_with(R"("template_base": "ground")"),
                                 {{"/template", Json("hill"), "--template"}});
  ASSERT_TRUE(blueprint);
  EXPECT_EQ(blueprint->base, "hill");
}

TEST(Override, is_the_place_of_its_problems) {
  const auto blueprint = drafted(form_with(R"("capabilities": ["tools"])"),
                                 {{"/capabilities", JsonArray{"tols"}, "--capabilities"}});
  ASSERT_FALSE(blueprint);
  const Diagnostic& problem = blueprint.failure().diagnostics()[0];
  EXPECT_EQ(problem.file, "--capabilities");
  EXPECT_EQ(problem.pointer, "/capabilities/0");
  EXPECT_EQ(problem.line, 1);
}

TEST(Override, needs_a_place) {
  const auto blueprint = drafted(form_with(""), {{"/complexity/x", Json(1), "--set"}});
  ASSERT_FALSE(blueprint);
  EXPECT_EQ(blueprint.failure().fault(), Fault::invalid_input);
  EXPECT_EQ(blueprint.failure().diagnostics()[0].file, "--set");
}

TEST(Override, makes_a_form_of_nothing) {
  const auto form = read_form(Document{}, {{"/server_name", Json("my-server"), "NAME"}});
  ASSERT_TRUE(form);
  EXPECT_TRUE(draft(*form, testing::catalog(), testing::PretendedCheck()));
}

}  // namespace
}  // namespace crafter
