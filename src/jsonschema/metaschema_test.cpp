// What is wrong with schemas, at its place in them.

#include "jsonschema/metaschema.h"

#include <gtest/gtest.h>

#include "jsonschema/metaschema_text.h"

namespace crafter {
namespace {

std::vector<std::string> told(std::string_view schema) {
  std::vector<std::string> lines;
  for (const Violation& found : check_schema(*parse_json(schema)))
    lines.push_back((found.severity == Severity::warning ? "warning " : "") + found.pointer + " " +
                    found.message + (found.hint.empty() ? "" : "; " + found.hint));
  return lines;
}

using Lines = std::vector<std::string>;

TEST(CheckSchema, NamesThePlaceInTheSchema) {
  const std::pair<const char*, const char*> rows[] = {
      {R"({"properties":{"a":{"type":"strng"}}})",
       "/properties/a/type expected one of \"array\", \"boolean\", \"integer\", \"null\", "
       "\"number\", \"object\", \"string\", found the string \"strng\"; did you mean \"string\"?"},
      {R"({"enum":"a"})", "/enum expected a list, found the string \"a\""},
      {R"({"minimum":"1"})", "/minimum expected a number, found the string \"1\""},
      {R"({"properties":{"a":null}})", "/properties/a expected an object or a boolean, found null"},
      {R"({"properties":{"a":{"required":true}}})",
       "/properties/a/required expected a list, found the boolean true"},
      {R"({"required":["a","a"]})", "/required the items repeat \"a\"; keep one of each"},
      {R"({"items":[{"type":"string"}]})", "/items expected an object or a boolean, found a list"},
      {R"({"minLength":-1})", "/minLength expected a number of at least 0, found -1"},
      {R"({"multipleOf":0})", "/multipleOf expected a number above 0, found 0"},
      {R"({"anyOf":[]})", "/anyOf has 0 items, at least 1 are needed"},
      {R"([])", " expected an object or a boolean, found a list"},
      {R"({"$ref":"#/$defs/none"})",
       "/$ref \"#/$defs/none\" leads nowhere; put the schema under $defs and refer to it as "
       "\"#/$defs/name\""},
      {R"({"items":{"$ref":"http://127.0.0.1:9/schema.json"}})",
       "/items/$ref \"http://127.0.0.1:9/schema.json\" is not part of this schema, and nothing is "
       "fetched; put the schema under $defs and refer to it as \"#/$defs/name\""},
      {R"x({"patternProperties":{"a)":true}})x",
       "/patternProperties/a) \"a)\" is no regular expression: unexpected ): a); mend it; text "
       "that "
       "is meant as it is needs \\ before ( [ { . * + ? | ^ $"}};
  for (const auto& [schema, line] : rows) EXPECT_EQ(told(schema), Lines{line});
}

TEST(CheckSchema, OnlyWarnsOfPatternsThatOtherEnginesCanTake) {
  EXPECT_EQ(told(R"x({"pattern":"^(?!x)"})x"),
            Lines{"warning /pattern the pattern \"^(?!x)\" can be slow and is not checked here; do "
                  "without look-around, back references and huge repetitions"});
  EXPECT_EQ(told(R"x({"pattern":"(["})x").size(), 1U);
}

TEST(CheckSchema, IsContentWithWhatIsRight) {
  for (const char* fine :
       {"true", "{}",
        R"({"type":"object","properties":{"a":{"$ref":"#/$defs/b"}},"$defs":{"b":{}}})",
        R"({"$id":"http://x.example/a","$defs":{"b":{"$id":"b"}},"$ref":"b"})",
        R"({"$anchor":"here","items":{"$ref":"#here"}})", R"({"unknown":{"type":5}})",
        R"({"$schema":"http://json-schema.org/draft-07/schema#",)"
        R"("definitions":{"a":{}},"$ref":"#/definitions/a"})",
        R"({"$ref":"https://json-schema.org/draft/2020-12/schema"})"})
    EXPECT_EQ(told(fine), Lines{}) << fine;
}

TEST(CheckSchema, IsContentWithTheMetaschemaItself) {
  EXPECT_TRUE(
      check_schema(*find_metaschema("https://json-schema.org/draft/2020-12/schema")).empty());
}

}  // namespace
}  // namespace crafter
