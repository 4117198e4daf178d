// `parameters` becomes the schema that tools/list shows.

#include <gtest/gtest.h>

#include "draft/testing.h"

namespace crafter {
namespace {

using testing::blueprint_with;
using testing::expect_mistake;
using testing::form_with;
using testing::Mistake;
using testing::tool_with;

struct Row {
  std::string parameters;
  std::string schema;
};

class InputSchema : public ::testing::TestWithParam<Row> {};

TEST_P(InputSchema, is_made_of_parameters) {
  const auto blueprint = blueprint_with(tool_with("\"parameters\": " + GetParam().parameters));
  ASSERT_EQ(blueprint.tools.size(), 1U);
  EXPECT_EQ(write_json(blueprint.tools[0].input_schema), GetParam().schema);
}

INSTANTIATE_TEST_SUITE_P(
    All, InputSchema,
    ::testing::Values(
        Row{"{}", R"({"type":"object","properties":{}})"},
        Row{R"({"a": {"type": "string"}})",
            R"({"type":"object","properties":{"a":{"type":"string"}},"required":["a"]})"},
        Row{R"({"a": {"default": null}, "b": {"required": false}, "c": true})",
            R"({"type":"object","properties":{"a":{"default":null},"b":{},"c":true},"required":["c"]})"},
        Row{R"({"a": {"type": "string", "default": "x", "required": true}})",
            R"({"type":"object","properties":{"a":{"type":"string","default":"x"}},"required":["a"]})"},
        Row{R"({"type": {"type": "string"}})",
            R"({"type":"object","properties":{"type":{"type":"string"}},"required":["type"]})"},
        // true is lifted at every level, behind what the list has already
        Row{R"({"p": {"type": "object", "properties": {"x": {"required": true}, "y": {}}}})",
            R"({"type":"object","properties":{"p":{"type":"object","properties":{"x":{},"y":{}},"required":["x"]}},"required":["p"]})"},
        Row{R"({"l": {"items": {"properties": {"i": {"required": true}, "t": {}}, "required": ["t"]}, "required": false}})",
            R"({"type":"object","properties":{"l":{"items":{"properties":{"i":{},"t":{}},"required":["t","i"]}}}})"},
        Row{R"({"o": {"anyOf": [{"properties": {"a/b": {"required": true}}}], "default": 1}})",
            R"({"type":"object","properties":{"o":{"anyOf":[{"properties":{"a/b":{}},"required":["a/b"]}],"default":1}}})"},
        // whole schemas go out as they are
        Row{R"({"required": ["a"], "type": "object", "properties": {"a": {"type": "string"}}, "x": [1.0]})",
            R"({"required":["a"],"type":"object","properties":{"a":{"type":"string"}},"x":[1.0]})"},
        Row{R"({"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object"})",
            R"({"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object"})"}));

TEST(Parameters, absent_are_none) {
  const auto blueprint = blueprint_with(R"("custom_tools": [{"name": "echo"}])");
  EXPECT_EQ(write_json(blueprint.tools.at(0).input_schema), R"({"type":"object","properties":{}})");
}

TEST(Parameters, stay_in_the_form_as_they_were) {
  const std::string given =
      R"({"b":{"type":"string","required":true},"a":{"type":"string","default":"x"}})";
  const auto blueprint = blueprint_with(tool_with("\"parameters\": " + given));
  EXPECT_EQ(write_json(*at_pointer(blueprint.form, "/custom_tools/0/parameters")), given);
}

TEST(Parameters, required_in_spite_of_a_default_earn_a_warning) {
  const auto blueprint =
      blueprint_with(tool_with(R"("parameters": {"a": {"default": "x", "required": true}})"));
  ASSERT_EQ(blueprint.warnings.size(), 1U);
  EXPECT_EQ(blueprint.warnings[0].pointer, "/custom_tools/0/parameters/a");
}

TEST(Parameters, with_a_slow_pattern_earn_a_warning) {
  const auto blueprint = blueprint_with(
      tool_with(R"--("parameters": {"a": {"type": "string", "pattern": "^(?=x)"}})--"));
  ASSERT_EQ(blueprint.warnings.size(), 1U);
  EXPECT_EQ(blueprint.warnings[0].pointer, "/custom_tools/0/parameters/a/pattern");
  EXPECT_EQ(blueprint.warnings[0].severity, Severity::warning);
}

class ParameterMistake : public ::testing::TestWithParam<Mistake> {};

TEST_P(ParameterMistake, is_named_where_it_stands) {
  Mistake mistake = GetParam();
  mistake.pointer = "/custom_tools/0/parameters" + mistake.pointer;
  expect_mistake(form_with(tool_with("\"parameters\": " + mistake.members)), mistake);
}

INSTANTIATE_TEST_SUITE_P(
    All, ParameterMistake,
    ::testing::Values(
        Mistake{R"({"a": {"type": "strng"}})", "/a/type", "string"},
        Mistake{R"({"a": null})", "/a"}, Mistake{R"({"type": "string"})", "/type"},
        Mistake{R"({"a": {"required": "yes"}})", "/a/required"},
        Mistake{R"({"a": {"properties": {"b": {"required": 1}}}})", "/a/properties/b/required"},
        Mistake{R"({"a": {"items": {"type": 1}}})", "/a/items/type"},
        Mistake{R"({"a": {"pattern": "(["}})", "/a/pattern"},
        Mistake{R"({"a": {"$ref": "#/$defs/none"}})", "/a/$ref"},
        Mistake{R"({"a": {"$ref": "http://127.0.0.1:9/x"}})", "/a/$ref"},
        Mistake{R"({"a": {"type": "integer", "default": "3"}})", "/a/default"},
        Mistake{R"({"a": {"type": "object", "properties": {"b": {"enum": [1], "default": 2}}}})",
                "/a/properties/b/default"},
        Mistake{"{\"a\": {\"description\": \"x\xE2\x80\xAEy\"}}", "/a/description"},
        Mistake{"{\"a\xE2\x80\x8B\": {}}", "/a\xE2\x80\x8B"},
        Mistake{R"({"type": "object", "properties": {"a": {"required": true}}})",
                "/properties/a/required", "required"},
        Mistake{R"({"type": "object", "required": true})", "/required"},
        Mistake{R"({"type": "object", "properties": {"a": {"type": "strng"}}})",
                "/properties/a/type"},
        Mistake{R"({"$schema": "https://json-schema.org/draft/2020-12/schema"})", "",
                "\"type\": \"object\""},
        Mistake{R"({"$ref": "#/$defs/a", "$defs": {"a": {"type": "object"}}})", "",
                "\"type\": \"object\""}));

}  // namespace
}  // namespace crafter
