// A form becomes a Blueprint, or all of its problems.

#include "draft/draft.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "draft/testing.h"

namespace crafter {
namespace {

using testing::blueprint_with;
using testing::catalog;
using testing::drafted;
using testing::expect_mistake;
using testing::form_with;
using testing::Mistake;
using testing::PretendedCheck;
using testing::tool_with;

TEST(Draft, of_a_name_alone_is_complete) {
  const auto blueprint = drafted(R"({"server_name": "my-server"})");
  ASSERT_TRUE(blueprint);
  EXPECT_EQ(blueprint->package, "my_server");
  EXPECT_EQ(blueprint->title, "");
  EXPECT_EQ(blueprint->description, "MCP server: my-server");
  EXPECT_EQ(blueprint->version, "0.1.0");
  EXPECT_EQ(
      write_json(blueprint->form),
      R"({"server_name":"my-server","description":"MCP server: my-server",)"
      R"("version":"0.1.0","complexity":"usual","template":"ground","capabilities":["tools"],)"
      R"("deployment_config":{"box":true,"stack":false}})");
}

TEST(Draft, writes_versions_for_both_worlds) {
  for (const auto& [semver, pep440] : {std::pair("1.2.0", "1.2.0"),
                                       {"1.2.0-rc.1", "1.2.0rc1"},
                                       {"0.0.1-alpha.0", "0.0.1a0"},
                                       {"10.20.30-beta.12", "10.20.30b12"}})
    EXPECT_EQ(blueprint_with(fmt::format(R"("version": "{}")", semver)).python_version, pep440);
}

TEST(Draft, puts_crafter_json_in_a_fixed_order) {
  const auto blueprint = drafted(R"({"metadata": {"z": 1, "a": [2.50]}, "environment_vars": {
      "B": 1, "A": {"description": "d", "value": "v"}, "TOKEN": "planted", "C": "plain"},
      "custom_tools": [{"implementation": "  return 1\r\n", "parameters": {"z": {}, "a": {}},
      "name": "echo"}], "template_base": "hill", "dependencies": ["httpx"], "title": "T",
      "complexity": "small", "server_name": "my-server", "capabilities": ["counting"]})");
  ASSERT_TRUE(blueprint);
  EXPECT_EQ(
      write_json(blueprint->form),
      R"({"server_name":"my-server","title":"T","description":"MCP server: my-server",)"
      R"("version":"0.1.0","complexity":"small","template":"hill","capabilities":["counting","tools"],)"
      R"("custom_tools":[{"name":"echo","parameters":{"z":{},"a":{}},"implementation":"return 1"}],)"
      R"("dependencies":["httpx"],"environment_vars":{"B":"1","A":{"value":"v","description":"d"},)"
      R"("TOKEN":{"secret":true,"required":false},"C":"plain"},)"
      R"("deployment_config":{"box":false,"stack":false},"metadata":{"z":1,"a":[2.5]}})");
}

TEST(Draft, of_its_own_form_is_the_same) {
  for (const std::string& members :
       {std::string(),
        tool_with(
            R"("implementation": "\n\n   x\n   y\n", "parameters": {"a": {"required": true}})"),
        std::string(R"("environment_vars": {"API_KEY": "your-key", "TOKEN": "planted", "N": 1e3,
            "O": {"secret": false, "value": 7}, "P": "changeme"})"),
        std::string(R"("deployment_config": {"scaling": {"max_replicas": 3}, "cloud": false})"),
        std::string(R"("capabilities": ["keeping"], "custom_tools": [{"name": "echo"}],
            "options": {"counting": {"limit": 3}}, "template": "hill")")}) {
    const Json form = blueprint_with(members).form;
    const auto again = drafted(write_json(form));
    ASSERT_TRUE(again) << write_json(form);
    EXPECT_EQ(write_json(again->form), write_json(form));
  }
}

TEST(Draft, names_all_problems_in_the_order_of_the_form) {
  const auto blueprint = drafted(
      "{\"server_name\": \"Bad_Name\",\n\"complexity\": \"huge\",\n"
      "\"capabilities\": [\"tools\",\n\"monitor\"],\n\"descripton\": 1,\n"
      "\"custom_tools\": [{\"name\": \"ok\",\n\"implementation\": \"@@\"}]}");
  ASSERT_FALSE(blueprint);
  std::vector<std::pair<int, std::string>> found;
  for (const auto& problem : blueprint.failure().diagnostics()) {
    EXPECT_EQ(problem.file, "form.json");
    found.emplace_back(problem.line, problem.pointer);
  }
  EXPECT_EQ(found,
            (std::vector<std::pair<int, std::string>>{{1, "/server_name"},
                                                      {2, "/complexity"},
                                                      {4, "/capabilities/1"},
                                                      {5, "/descripton"},
                                                      {7, "/custom_tools/0/implementation"}}));
}

TEST(Draft, asks_about_all_code_at_once_and_not_about_comments) {
  const auto document = read_json(form_with(R"("capabilities": ["tools", "resources"],
      "custom_tools": [{"name": "a", "implementation": "x"}, {"name": "b", "implementation": "# c"},
                       {"name": "c", "implementation": ""}, {"name": "d", "implementation": "@@"}],
      "custom_resources": [{"uri": "a://b", "name": "r", "implementation": "y\n@@"}])"),
                                  "form.json");
  const PretendedCheck check;
  const auto blueprint = draft(*read_form(*document), catalog(), check);
  EXPECT_EQ(check.asked, 1);
  ASSERT_FALSE(blueprint);
  ASSERT_EQ(blueprint.failure().diagnostics().size(), 2U);
  EXPECT_EQ(blueprint.failure().diagnostics()[0].pointer, "/custom_tools/3/implementation");
  EXPECT_EQ(blueprint.failure().diagnostics()[1].pointer, "/custom_resources/0/implementation");
}

class NoPython final : public SyntaxCheck {
 public:
  Result<std::vector<SyntaxProblem>> check(const std::vector<Snippet>&) const override {
    return Failure(Fault::unavailable, "python.missing", "there is no python3");
  }
};

TEST(Draft, needs_python_only_when_there_is_code_and_nothing_else_is_wrong) {
  const auto faults = [](const std::string& members) {
    const auto document = read_json(form_with(members), "form.json");
    const auto blueprint = draft(*read_form(*document), catalog(), NoPython());
    return blueprint ? std::nullopt : std::optional(blueprint.failure().fault());
  };
  EXPECT_EQ(faults(""), std::nullopt);
  EXPECT_EQ(faults(tool_with(R"("implementation": "return 1")")), Fault::unavailable);
  EXPECT_EQ(faults(tool_with(R"("implementation": "return 1", "oops": 1)")), Fault::invalid_input);
}

TEST(Draft, answers_briefly_however_much_is_wrong) {
  std::string members;
  for (int i = 0; i < 3000; ++i) members += fmt::format("\"unknown{}\": 1, ", i);
  members += "\"" + std::string(100'000, 'x') + "\": 1";
  const auto blueprint = drafted(form_with(members));
  ASSERT_FALSE(blueprint);
  const auto& problems = blueprint.failure().diagnostics();
  EXPECT_EQ(problems.size(), 50U);
  EXPECT_EQ(problems.back().message, "there are 2952 more like these");
  for (const auto& problem : problems) EXPECT_LT(problem.pointer.size(), 1025U);
}

TEST(Draft, is_quick_with_huge_names_in_schemas) {
  std::string inner;
  for (int i = 0; i < 10'000; ++i) inner += fmt::format("\"x{}\": {{\"type\": \"strng\"}},", i);
  expect_mistake(form_with(tool_with("\"parameters\": {\"" + std::string(200'000, 'a') +
                                     "\": {\"properties\": {" + inner + "\"y\": {}}}}")),
                 {.members = "", .pointer = "/custom_tools/0/parameters"});
}

TEST(Draft, is_quick_with_a_form_of_many_dependencies) {
  std::string members = "\"dependencies\": [\"aaaa\"";
  for (int i = 0; i < 20'000; ++i) members += fmt::format(", \"package-{}\"", i);
  const auto blueprint = drafted(form_with(members + "]"));
  ASSERT_TRUE(blueprint);
  EXPECT_EQ(blueprint->warnings.size(), 50U);
}

TEST(Draft, warns_of_what_looks_like_a_key) {
  const std::string key = "ghp_" + std::string(36, 'x');
  const auto blueprint = blueprint_with(
      tool_with(R"("implementation": "t = ')" + key + "'\"") + R"(, "metadata": {"a": [")" + key +
      R"("]}, "environment_vars": {"TOKEN": "planted-value"}, "description": "plain")");
  ASSERT_EQ(blueprint.warnings.size(), 2U);
  EXPECT_EQ(blueprint.warnings[0].pointer, "/custom_tools/0/implementation");
  EXPECT_EQ(blueprint.warnings[1].pointer, "/metadata/a/0");
  EXPECT_EQ(blueprint.warnings[0].message.find(key), std::string::npos);
}

TEST(Draft, warns_of_a_secret_that_stands_elsewhere_too) {
  const auto blueprint = blueprint_with(
      R"("environment_vars": {"TOKEN": "planted-value"}, "metadata": {"t": "x planted-value"})");
  ASSERT_EQ(blueprint.warnings.size(), 1U);
  EXPECT_EQ(blueprint.warnings[0].pointer, "/metadata/t");
  EXPECT_EQ(blueprint.warnings[0].message, "the value of TOKEN stands here");
}

class DraftMistake : public ::testing::TestWithParam<Mistake> {};

TEST_P(DraftMistake, is_named) { expect_mistake(form_with(GetParam().members), GetParam()); }

INSTANTIATE_TEST_SUITE_P(
    Fields, DraftMistake,
    ::testing::Values(
        Mistake{R"("sever_name": 1)", "/sever_name", "server_name"},
        Mistake{R"("title": 7)", "/title"}, Mistake{R"("description": 7)", "/description"},
        Mistake{"\"description\": \"a\xE2\x80\xAE\"", "/description", "U+202E"},
        Mistake{"\"description\": \"a\xE2\x80\x8B\"", "/description", "zero width"},
        Mistake{R"("title": "a\u0000b")", "/title"}, Mistake{R"("version": 1.0)", "/version"},
        Mistake{R"("version": "1.0")", "/version"}, Mistake{R"("version": "v1.0.0")", "/version"},
        Mistake{R"("version": "1.0.0rc1")", "/version"},
        Mistake{R"("version": "1.0.0-rc1")", "/version"},
        Mistake{R"("version": "01.0.0")", "/version"},
        Mistake{R"("version": "1.0.0-rc.1.2")", "/version"},
        Mistake{R"("version": "1.0.0+x")", "/version"},
        Mistake{R"("metadata": ["a"])", "/metadata"},
        Mistake{"\"metadata\": {\"author\": \"a\xE2\x80\xAE\"}", "/metadata/author"},
        Mistake{R"("metadata": {"registry_name": "x"})", "/metadata/registry_name"},
        Mistake{R"("options": [])", "/options"},
        Mistake{R"("environment_vars": ["A=b"])", "/environment_vars"}));

INSTANTIATE_TEST_SUITE_P(
    Dependencies, DraftMistake,
    ::testing::Values(
        Mistake{R"("dependencies": "httpx")", "/dependencies"},
        Mistake{R"("dependencies": ["redis", ""])", "/dependencies/1"},
        Mistake{R"("dependencies": ["redis", "httpx; touch X"])", "/dependencies/1", "markers"},
        Mistake{R"("dependencies": ["httpx>=>1"])", "/dependencies/0", "version"},
        Mistake{R"("dependencies": ["httpx", "redis", "HTTPX>=1"])", "/dependencies/2", "already"},
        Mistake{R"("dependencies": ["python_dateutil", "Python.DateUtil"])", "/dependencies/1"},
        Mistake{R"("dependencies": ["requets"])", "/dependencies/0", "requests"},
        Mistake{R"("dependencies": ["nunpy"])", "/dependencies/0", "numpy"},
        Mistake{R"("dependencies": ["My.Server"])", "/dependencies/0", "itself"}));

TEST(Dependencies, unknown_earn_a_warning) {
  const auto blueprint = blueprint_with(R"("dependencies": ["some-package-of-ours", "httpx"])");
  ASSERT_EQ(blueprint.warnings.size(), 1U);
  EXPECT_EQ(blueprint.warnings[0].pointer, "/dependencies/0");
}

TEST(Dependencies, may_be_vouched_for) {
  const auto document = read_json(form_with(R"("dependencies": ["requets"])"), "form.json");
  Form form = *read_form(*document);
  form.allowed_dependencies = {"Requets"};
  const auto blueprint = draft(form, catalog(), PretendedCheck());
  ASSERT_TRUE(blueprint);
  EXPECT_TRUE(blueprint->warnings.empty());
}

struct Name {
  std::string json;
  std::string words;
};

class ServerName : public ::testing::TestWithParam<Name> {};

TEST_P(ServerName, is_refused_with_the_reason) {
  expect_mistake(R"({"complexity": "small", "server_name": )" + GetParam().json + "}",
                 {.members = "", .pointer = "/server_name", .words = GetParam().words});
}

INSTANTIATE_TEST_SUITE_P(
    All, ServerName,
    ::testing::Values(
        Name{R"("")", "too short"}, Name{R"("a")", "too short"},
        Name{"\"" + std::string(41, 'a') + "\"", "too long"}, Name{R"("Weather")", "\"weather\""},
        Name{R"("my_server")", "\"my-server\""}, Name{R"("my server")", "other characters"},
        Name{R"("a-")", "ends with"}, Name{R"("a--b")", "side by side"}, Name{R"("1st")", "begin"},
        Name{R"("../x")", "begin"}, Name{R"("--help")", "begin"}, Name{R"("a\n")", "characters"},
        Name{"\"w\xD0\xB5"
             "ather\"",
             "characters"},
        Name{"7", "string"}, Name{"null", "string"}, Name{R"("class")", "keyword"},
        Name{R"("none")", "keyword"}, Name{R"("json")", "standard library"},
        Name{R"("test")", "standard library"},
        Name{R"("asyncore")", "standard library"},  // went away with 3.12
        Name{R"("lib2to3")", "standard library"}, Name{R"("mcp")", "every server imports"},
        Name{R"("pydantic-core")", "every server imports"}, Name{R"("con")", "device"},
        Name{R"("lpt1")", "device"}, Name{R"("src")", "folder"}));

TEST(ServerName, is_needed) {
  expect_mistake("{}", {.members = "", .pointer = "/server_name", .words = "missing"});
}

TEST(ServerName, of_two_or_forty_characters_is_fine) {
  EXPECT_TRUE(drafted(R"({"server_name": "mi"})"));
  EXPECT_TRUE(drafted(R"({"server_name": ")" + std::string(40, 'a') + "\"}"));
}

TEST(Form, must_be_an_object) {
  for (const char* json : {"[]", "null", "1", "\"x\""}) expect_mistake(json, {"", ""});
}

}  // namespace
}  // namespace crafter
