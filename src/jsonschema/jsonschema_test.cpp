// Violations name place, keyword and remedy; work and depth are bounded.

#include "jsonschema/jsonschema.h"

#include <gtest/gtest.h>

namespace crafter {
namespace {

Schema compile(std::string_view text) {
  auto schema = Schema::compile(*parse_json(text));
  EXPECT_TRUE(schema) << text;
  return *std::move(schema);
}

/// "pointer schema_pointer message; hint" of each violation.
std::vector<std::string> told(std::string_view schema, std::string_view value) {
  std::vector<std::string> lines;
  for (const Violation& found : compile(schema).validate(*parse_json(value)))
    lines.push_back(found.pointer + " " + found.schema_pointer + " " + found.message +
                    (found.hint.empty() ? "" : "; " + found.hint));
  return lines;
}

using Lines = std::vector<std::string>;

TEST(Validate, SaysWhatIsWrongInWords) {
  struct Row {
    const char* schema;
    const char* value;
    Lines lines;
  };
  for (const Row& row : std::initializer_list<Row>{
           {R"({"type":"string"})", "1.5", {" /type expected a string, found the number 1.5"}},
           {R"({"type":["null","integer"]})",
            "[]",
            {" /type expected null or an integer, found a list"}},
           {R"({"enum":["alpha","beta"]})",
            "\"bet\"",
            {" /enum expected one of \"alpha\", \"beta\", found the string \"bet\"; did you mean "
             "\"beta\"?"}},
           {R"({"const":{"a":1}})", "1", {" /const expected {\"a\":1}, found the integer 1"}},
           {R"({"minimum":5})", "4", {" /minimum expected a number of at least 5, found 4"}},
           {R"({"exclusiveMaximum":5})",
            "5",
            {" /exclusiveMaximum expected a number below 5, found 5"}},
           {R"({"multipleOf":0.1})", "0.25", {" /multipleOf 0.25 is no multiple of 0.1"}},
           {R"({"maxLength":2})",
            "\"abc\"",
            {" /maxLength has 3 characters, at most 2 are allowed"}},
           {R"({"minItems":2})", "[1]", {" /minItems has 1 items, at least 2 are needed"}},
           {R"({"uniqueItems":true})",
            "[1,2,1.0]",
            {" /uniqueItems the items repeat 1.0; keep one of each"}},
           {R"({"pattern":"^a"})", "\"b\"", {" /pattern \"b\" does not match \"^a\""}},
           {R"({"required":["a","b"]})",
            "{}",
            {" /required \"a\" is missing", " /required \"b\" is missing"}},
           {R"({"dependentRequired":{"a":["b"]}})",
            R"({"a":1})",
            {" /dependentRequired \"b\" is missing, \"a\" needs it"}},
           {R"({"properties":{"name":true},"additionalProperties":false})",
            R"({"nam":1})",
            {"/nam /additionalProperties \"nam\" is not known here; did you mean \"name\"?"}},
           {R"({"items":{"type":"null"}})",
            "[null,1]",
            {"/1 /items/type expected null, found the integer 1"}},
           {R"({"properties":{"a/b":false}})",
            R"({"a/b":1})",
            {"/a~1b /properties/a~1b nothing is allowed here; take it away"}},
           {R"({"not":{"type":"string"}})", "\"\"", {" /not fits the schema that it must not fit"}},
           {R"({"propertyNames":{"maxLength":1}})",
            R"({"ab":1})",
            {" /propertyNames/maxLength has 2 characters, at most 1 are allowed"}}})
    EXPECT_EQ(told(row.schema, row.value), row.lines);
}

TEST(Validate, ReportsTheAlternativeOfTheRightType) {
  const char* schema = R"({"anyOf":[{"type":"null"},{"type":"object","required":["a"]}]})";
  EXPECT_EQ(told(schema, "{}"), Lines{" /anyOf/1/required \"a\" is missing"});
  EXPECT_EQ(told(schema, "1"),
            Lines{" /anyOf fits none of the 2 alternatives: expected null, found the integer 1; "
                  "expected an object, found the integer 1"});
  EXPECT_EQ(told(R"({"oneOf":[{"minimum":1},{"minimum":2}]})", "3"),
            Lines{" /oneOf fits more than one of the alternatives"});
}

TEST(Validate, FindsEverythingAtOnce) {
  EXPECT_EQ(told(R"({"properties":{"a":{"type":"string"},"b":{"minimum":1}},"required":["c"]})",
                 R"({"a":1,"b":0})")
                .size(),
            3U);
}

TEST(Validate, IsBounded) {
  std::string doubling = R"({"$ref":"#/$defs/a40","$defs":{"a0":true)";
  for (int i = 1; i <= 40; ++i) {
    const std::string below = "{\"$ref\":\"#/$defs/a" + std::to_string(i - 1) + "\"}";
    doubling += ",\"a" + std::to_string(i) + "\":{\"allOf\":[" + below + "," + below + "]}";
  }
  for (const std::string& schema :
       {std::string(R"({"$ref":"#"})"), std::string(R"({"not":{"$ref":"#"}})"),
        std::string(R"({"anyOf":[{"$ref":"#"},{"$ref":"#"}]})"), doubling + "}}"}) {
    const auto found = compile(schema).validate(1);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found.front().message, "the schema refers to itself without end, or takes too long");
  }
  EXPECT_LE(compile(R"({"items":false})").validate(JsonArray(50'000)).size(), 100U);
}

TEST(Validate, BoundsPatternsToo) {
  const Schema slow = compile(R"({"pattern":"(a|aa|aaa|b|ab){300}#"})");
  EXPECT_FALSE(slow.accepts(Json(std::string(1'000'000, 'a'))));
  std::string many = "{\"patternProperties\":{";
  for (int i = 0; i < 100; ++i) many += "\"\\\\p{L}{200}" + std::to_string(i) + "\":true,";
  const auto schema = Schema::compile(*parse_json(many + "\"x\":true}}"));
  ASSERT_FALSE(schema);
  EXPECT_EQ(schema.failure().message(), "the patterns up to here are too many or too large");
}

TEST(Validate, LetsThroughWhatItCannotJudge) {
  EXPECT_EQ(told(R"({"pattern":"(?=a)b"})", "\"x\""), Lines{});
  EXPECT_EQ(
      told(R"({"patternProperties":{"(?=a)b":false},"additionalProperties":false})", R"({"x":1})"),
      Lines{});
  EXPECT_EQ(told(R"({"format":"email","minimum":"1","type":5,"required":"a"})", "0"), Lines{});
}

TEST(Compile, RefusesReferencesThatLeadNowhereAndWrongPatterns) {
  const auto schema = Schema::compile(
      *parse_json(R"({"properties":{"a":{"$ref":"#/$defs/b"},"c":{"$ref":"http://x.example/y"}},)"
                  R"("pattern":"(["})"));
  ASSERT_FALSE(schema);
  std::vector<std::string> found;
  for (const auto& problem : schema.failure().diagnostics())
    found.push_back(problem.pointer + " " + problem.code);
  EXPECT_EQ(found, (Lines{"/pattern schema.pattern", "/properties/a/$ref schema.$ref",
                          "/properties/c/$ref schema.$ref"}));
  EXPECT_FALSE(Schema::compile(*parse_json("[]")));
}

TEST(Compile, FindsSchemasInTheLibrary) {
  const SchemaLibrary library{{"http://x.example/y", *parse_json(R"({"type":"string"})")}};
  const auto schema = Schema::compile(*parse_json(R"({"$ref":"http://x.example/y"})"), library);
  ASSERT_TRUE(schema);
  EXPECT_TRUE(schema->accepts("x"));
  EXPECT_FALSE(schema->accepts(1));
}

}  // namespace
}  // namespace crafter
