// Tools, resources and prompts: what a form may say of them.

#include <gtest/gtest.h>

#include "draft/testing.h"

namespace crafter {
namespace {

using testing::blueprint_with;
using testing::expect_mistake;
using testing::form_with;
using testing::Mistake;
using testing::tool_with;

TEST(Tools, keep_all_that_is_said) {
  const auto blueprint = blueprint_with(tool_with(R"("title": "Echo", "description": "Says it.",
      "parameters": {"text": {"type": "string"}}, "implementation": "  return text\r\n",
      "output_schema": {"type": "string"}, "annotations": {"readOnlyHint": true},
      "scopes": ["read:all"], "timeout_seconds": 2.5, "cache": {"ttl_seconds": 60},
      "probe": false, "task": "optional")"));
  const Tool& tool = blueprint.tools.at(0);
  EXPECT_EQ(tool.function, "echo");
  EXPECT_EQ(tool.arguments_type, "EchoArgs");
  EXPECT_EQ(tool.title, "Echo");
  EXPECT_EQ(tool.implementation, "return text");
  EXPECT_EQ(write_json(*tool.output_schema), R"({"type":"string"})");
  EXPECT_EQ(write_json(*tool.annotations), R"({"readOnlyHint":true})");
  EXPECT_EQ(tool.scopes, std::vector<std::string>{"read:all"});
  EXPECT_EQ(tool.timeout_seconds, 2.5);
  EXPECT_EQ(write_json(*tool.cache), R"({"ttl_seconds":60})");
  EXPECT_FALSE(tool.probe);
  EXPECT_EQ(tool.task, "optional");
}

TEST(Tools, need_nothing_but_a_name) {
  const Tool tool = blueprint_with(R"("custom_tools": [{"name": "a-b.c"}])").tools.at(0);
  EXPECT_EQ(tool.function, "a_b_c");
  EXPECT_EQ(tool.implementation, "");
  EXPECT_TRUE(tool.probe);
  EXPECT_EQ(tool.task, "none");
  EXPECT_FALSE(tool.output_schema || tool.annotations || tool.timeout_seconds || tool.cache);
}

class ToolMistake : public ::testing::TestWithParam<Mistake> {};

TEST_P(ToolMistake, is_named) {
  Mistake mistake = GetParam();
  mistake.pointer = "/custom_tools/0/" + mistake.pointer;
  expect_mistake(form_with(tool_with(mistake.members)), mistake);
}

INSTANTIATE_TEST_SUITE_P(
    All, ToolMistake,
    ::testing::Values(
        Mistake{R"("params": {})", "params"},
        Mistake{R"("implementaton": "x")", "implementaton", "implementation"},
        Mistake{R"("implementation": {})", "implementation"},
        Mistake{R"("implementation": "x\n@@")", "implementation",
                "line 2 of the implementation: invalid syntax (column 1)"},
        Mistake{R"("implementation": "\n  x\n  y @@")", "implementation",
                "line 3 of the implementation: invalid syntax (column 5)"},
        Mistake{R"("implementation": "```@@\n```")", "implementation", "leave the lines with ```"},
        Mistake{R"("implementation": "x\n\u000c")", "implementation", "line 2"},
        Mistake{R"("implementation": "x = '\u202e'")", "implementation", "line 1"},
        Mistake{R"("implementation": "x\u0000")", "implementation", "U+0000"},
        Mistake{R"("title": "a\u0000b")", "title", "U+0000"},
        Mistake{R"("description": "a\u202eb")", "description", "U+202E"},
        Mistake{R"("description": "a\u001b[31mb")", "description"},
        Mistake{R"("description": "\udb40\udc41")", "description", "tag"},
        Mistake{R"("parameters": ["text"])", "parameters"},
        Mistake{R"("output_schema": {"type": "strng"})", "output_schema/type"},
        Mistake{R"("output_schema": true)", "output_schema"},
        Mistake{R"("annotations": {"readonlyHint": true})", "annotations/readonlyHint",
                "readOnlyHint"},
        Mistake{R"("annotations": {"readOnlyHint": 1})", "annotations/readOnlyHint"},
        Mistake{R"("scopes": ["a b"])", "scopes/0"}, Mistake{R"("scopes": ["a", "a"])", "scopes/1"},
        Mistake{R"("timeout_seconds": "30")", "timeout_seconds"},
        Mistake{R"("timeout_seconds": 0)", "timeout_seconds"},
        Mistake{R"("timeout_seconds": 86401)", "timeout_seconds"},
        Mistake{R"("cache": {})", "cache/ttl_seconds"},
        Mistake{R"("cache": {"ttl_seconds": 0})", "cache/ttl_seconds"},
        Mistake{R"("cache": {"ttl_seconds": 1, "scope": "all"})", "cache/scope"},
        Mistake{R"("probe": "no")", "probe"}, Mistake{R"("task": "always")", "task"}));

class ToolNameMistake : public ::testing::TestWithParam<const char*> {};

TEST_P(ToolNameMistake, is_named) {
  expect_mistake(form_with(R"("custom_tools": [{"name": )" + std::string(GetParam()) + "}]"),
                 {.members = "", .pointer = "/custom_tools/0/name"});
}

INSTANTIATE_TEST_SUITE_P(
    All, ToolNameMistake,
    ::testing::Values("\"\"", "\"9lives\"", "\"a b\"", "\"a/b\"", "5", "null", "\"caf\xC3\xA9\"",
                      "\"-a\"", R"("a\n")",
                      "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\""));

class ContentsMistake : public ::testing::TestWithParam<Mistake> {};

TEST_P(ContentsMistake, is_named) { expect_mistake(form_with(GetParam().members), GetParam()); }

INSTANTIATE_TEST_SUITE_P(
    Tools, ContentsMistake,
    ::testing::Values(Mistake{R"("custom_tools": {"echo": {}})", "/custom_tools"},
                      Mistake{R"("custom_tools": ["echo"])", "/custom_tools/0"},
                      Mistake{R"("custom_tools": [{}])", "/custom_tools/0/name"},
                      Mistake{R"("custom_tools": [{"name": "a"}, {"name": "b"}, {"name": "a"}])",
                              "/custom_tools/2/name"}));

/// A resource with these members, in a list of one.
Mistake resource(const std::string& members, const std::string& pointer,
                 const std::string& words = "") {
  return {R"("capabilities": ["resources"], "custom_resources": [{)" + members + "}]",
          "/custom_resources/0" + pointer, words};
}

INSTANTIATE_TEST_SUITE_P(
    Resources, ContentsMistake,
    ::testing::Values(
        resource(R"("name": "r", "text": "x")", "", "no address"),
        resource(R"("uri": "a://b", "uriTemplate": "a://{b}", "name": "r", "text": "x")", ""),
        resource(R"("uri": "a://b", "name": "r")", "", "neither"),
        resource(R"("uri": "a://b", "name": "r", "text": "x", "implementation": "y")", "", "both"),
        resource(R"("uri": "a://b", "text": "x")", "/name"),
        resource(R"("uri": "a://b", "name": "", "text": "x")", "/name"),
        resource(R"("uri": "a://b", "name": "r\ns", "text": "x")", "/name"),
        resource(R"("uri": "no scheme here", "name": "r", "text": "x")", "/uri", "scheme"),
        resource(R"("uri": "a:", "name": "r", "text": "x")", "/uri"),
        resource(R"("uri": "a://{b}", "name": "r", "text": "x")", "/uri", "uriTemplate"),
        resource(R"("uri": "a://b c", "name": "r", "text": "x")", "/uri"),
        resource(R"("uriTemplate": "a://b", "name": "r", "text": "x")", "/uriTemplate"),
        resource(R"("uriTemplate": "a://{+b}", "name": "r", "text": "x")", "/uriTemplate"),
        resource(R"("uriTemplate": "a://{b,c}", "name": "r", "text": "x")", "/uriTemplate"),
        resource(R"("uriTemplate": "a://{b", "name": "r", "text": "x")", "/uriTemplate"),
        resource(R"("uriTemplate": "a://{b}/{b}", "name": "r", "text": "x")", "/uriTemplate"),
        resource(R"("uriTemplate": "{a}://b", "name": "r", "text": "x")", "/uriTemplate"),
        resource(R"("uri": "a://b", "name": "r", "text": "x", "mimeType": "text")", "/mimeType"),
        resource(R"("uri": "a://b", "name": "r", "implementation": "@@")", "/implementation"),
        resource(R"("uri": "a://b", "name": "r", "text": "x", "mime": "a/b")", "/mime"),
        Mistake{R"("capabilities": ["resources"], "custom_resources": [
            {"uri": "a://b", "name": "r", "text": "x"}, {"uri": "a://c", "name": "r", "text": "x"}])",
                "/custom_resources/1/name"},
        Mistake{R"("capabilities": ["resources"], "custom_resources": [
            {"uri": "a://b", "name": "r", "text": "x"}, {"uri": "a://b", "name": "s", "text": "x"}])",
                "/custom_resources/1/uri"}));

TEST(Resources, are_fixed_or_by_template) {
  const auto blueprint = blueprint_with(R"("capabilities": ["resources"], "custom_resources": [
      {"text": "x", "name": "today", "uri": "notes://today", "mimeType": "text/plain; charset=utf-8",
       "description": "Notes"},
      {"uriTemplate": "notes://{year}/{day}", "name": "by day", "implementation": "return day"}])");
  const Resource& today = blueprint.resources.at(0);
  EXPECT_EQ(write_json(today.wire),
            R"({"uri":"notes://today","name":"today","description":"Notes",)"
            R"("mimeType":"text/plain; charset=utf-8"})");
  EXPECT_EQ(today.text, "x");
  EXPECT_EQ(today.function, "");
  const Resource& day = blueprint.resources.at(1);
  EXPECT_TRUE(day.is_template);
  EXPECT_EQ(day.variables, (std::vector<std::string>{"year", "day"}));
  EXPECT_EQ(day.function, "by_day");
  EXPECT_FALSE(day.text);
}

/// A prompt with these members, in a list of one.
Mistake prompt(const std::string& members, const std::string& pointer) {
  return {R"("capabilities": ["prompts"], "custom_prompts": [{)" + members + "}]",
          "/custom_prompts/0" + pointer};
}

const std::string kMessages =
    R"("messages": [{"role": "user", "content": {"type": "text", "text": "x"}}])";

INSTANTIATE_TEST_SUITE_P(
    Prompts, ContentsMistake,
    ::testing::Values(
        prompt(kMessages, "/name"), prompt(R"("name": "p")", "/messages"),
        prompt(R"("name": "p", "messages": [])", "/messages"),
        prompt(R"("name": "p", "messages": [{"role": "system", "content":
                {"type": "text", "text": "x"}}])",
               "/messages/0/role"),
        prompt(R"("name": "p", "messages": [{"content": {"type": "text", "text": "x"}}])",
               "/messages/0/role"),
        prompt(R"("name": "p", "messages": [{"role": "user"}])", "/messages/0/content"),
        prompt(R"("name": "p", "messages": [{"role": "user", "content": "x"}])",
               "/messages/0/content"),
        prompt(
            R"("name": "p", "messages": [{"role": "user", "content": {"type": "image", "text": "x"}}])",
            "/messages/0/content/type"),
        prompt(R"("name": "p", "messages": [{"role": "user", "content": {"type": "text"}}])",
               "/messages/0/content/text"),
        prompt(R"("name": "p", "arguments": [{"name": "a"}, {"name": "a"}], )" + kMessages,
               "/arguments/1/name"),
        prompt(R"("name": "p", "arguments": [{"name": "a", "required": 1}], )" + kMessages,
               "/arguments/0/required"),
        prompt(R"("name": "p", "arguments": [{}], )" + kMessages, "/arguments/0/name")));

TEST(Prompts, show_arguments_and_keep_messages) {
  const auto blueprint = blueprint_with(R"("capabilities": ["prompts"], "custom_prompts": [{
      "name": "review", "description": "Reviews", "arguments": [{"name": "code", "required": true}],
      )" + kMessages + "}]");
  EXPECT_EQ(
      write_json(blueprint.prompts.at(0).wire),
      R"({"name":"review","description":"Reviews","arguments":[{"name":"code","required":true}]})");
  EXPECT_EQ(write_json(blueprint.prompts.at(0).messages),
            R"([{"role":"user","content":{"type":"text","text":"x"}}])");
}

}  // namespace
}  // namespace crafter
