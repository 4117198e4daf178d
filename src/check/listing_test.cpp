// What counts as the form's list, and what does not.

#include "check/listing.h"

#include <gtest/gtest.h>

namespace crafter {
namespace {

using mcp::Era;

Blueprint two_tools() {
  Blueprint blueprint{.server_name = "s", .version = "1.0.0"};
  Tool first{.name = "a", .title = "A", .description = "does a"};
  first.input_schema = *parse_json(R"({"type":"object","properties":{"x":{"default":1.0}}})");
  first.output_schema = *parse_json(R"({"type":"array"})");
  Tool second{.name = "b"};
  second.input_schema = *parse_json(R"({"type":"object"})");
  second.annotations = *parse_json(R"({"readOnlyHint":true})");
  blueprint.tools = {first, second};
  return blueprint;
}

std::string unlike(Era era, const std::string& listed) {
  return unlike_tools(two_tools(), era, parse_json(listed)->as_array());
}

const std::string kFirst = R"({"name":"a","title":"A","description":"does a","inputSchema":)"
                           R"({"type":"object","properties":{"x":{"default":1.0}}})";
const std::string kSecond =
    R"({"name":"b","inputSchema":{"type":"object"},"annotations":{"readOnlyHint":true}})";
const std::string kArray = R"(,"outputSchema":{"type":"array"}})";

TEST(Tools, AreEqualWhenMoreFollow) {
  EXPECT_EQ(unlike(Era::modern, "[" + kFirst + kArray + "," + kSecond + R"(,{"name":"own"}])"), "");
  EXPECT_EQ(unlike(Era::modern, "[" + kFirst + R"(,"_meta":{})" + kArray + "," + kSecond + "]"),
            "");
}

TEST(Tools, HaveAnArrayForResultInTheModernEraAlone) {
  EXPECT_EQ(unlike(Era::legacy, "[" + kFirst + "}," + kSecond + "]"), "");
  EXPECT_EQ(unlike(Era::legacy, "[" + kFirst + kArray + "," + kSecond + "]"),
            R"(the tool "a" differs at /outputSchema: expected nothing, found {"type":"array"})");
  EXPECT_EQ(unlike(Era::modern, "[" + kFirst + "}," + kSecond + "]"),
            R"(the tool "a" differs at /outputSchema: expected {"type":"array"}, found nothing)");
}

TEST(Tools, AreComparedInOrderAndToTheLastMember) {
  EXPECT_EQ(unlike(Era::legacy, "[" + kFirst + "}]"), R"(the tool "b" is not listed)");
  EXPECT_EQ(unlike(Era::legacy, "[" + kSecond + "," + kFirst + "}]"),
            R"(the tool "b" stands where "a" should)");
  EXPECT_EQ(
      unlike(Era::legacy, "[" + kFirst + "}," + R"({"name":"b","inputSchema":{"type":"object"}}])"),
      R"(the tool "b" differs at /annotations: expected {"readOnlyHint":true}, found nothing)");
}

TEST(Tools, KeepTheOrderOfMembersInSchemas) {
  const std::string turned = R"({"name":"a","title":"A","description":"does a","inputSchema":)"
                             R"({"properties":{"x":{"default":1.0}},"type":"object"}})";
  EXPECT_TRUE(unlike(Era::legacy, "[" + turned + "," + kSecond + "]")
                  .starts_with(R"(the tool "a" differs at /inputSchema: its members stand in)"));
}

TEST(Resources, AreTwoLists) {
  Blueprint blueprint;
  blueprint.resources = {
      {.wire = *parse_json(R"({"uri":"a://b","name":"b"})")},
      {.is_template = true, .wire = *parse_json(R"({"uriTemplate":"a://{b}","name":"c"})")}};
  const JsonArray fixed = parse_json(R"([{"name":"b","uri":"a://b"}])")->as_array();
  EXPECT_EQ(unlike_resources(blueprint, false, fixed), "");
  EXPECT_EQ(unlike_resources(blueprint, true, fixed),
            R"(the resource template "b" stands where "c" should)");
}

TEST(Prompts, AreComparedByWhatTheFormSays) {
  Blueprint blueprint;
  blueprint.prompts = {
      {.wire = *parse_json(R"({"name":"p","arguments":[{"name":"x","required":true}]})")}};
  const auto words = [&](const char* listed) {
    return unlike_prompts(blueprint, parse_json(listed)->as_array());
  };
  EXPECT_EQ(words(R"([{"name":"p","arguments":[{"required":true,"name":"x"}],"_meta":{}}])"), "");
  EXPECT_EQ(words(R"([{"name":"p","arguments":[{"name":"x"}]}])"),
            R"(the prompt "p" differs at /arguments/0/required: expected true, found nothing)");
}

TEST(Identity, IsSaidInEachErasOwnWay) {
  const Blueprint blueprint = two_tools();
  const Json legacy = *parse_json(R"({"serverInfo":{"name":"s","version":"1.0.0"}})");
  const Json modern = *parse_json(
      R"({"_meta":{"io.modelcontextprotocol/serverInfo":{"name":"s","version":"1.0.1"}}})");
  EXPECT_EQ(unlike_identity(blueprint, Era::legacy, legacy), "");
  EXPECT_EQ(unlike_identity(blueprint, Era::modern, modern),
            R"(the server's version is "1.0.1", not "1.0.0")");
  EXPECT_EQ(unlike_identity(blueprint, Era::modern, legacy), "the server does not say who it is");
}

}  // namespace
}  // namespace crafter
