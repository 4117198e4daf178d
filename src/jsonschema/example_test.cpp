// Examples are accepted by the schemas they are made from.

#include "jsonschema/example.h"

#include <gtest/gtest.h>

#include "jsonschema/sample_text.h"

namespace crafter {
namespace {

TEST(Example, IsWhatTheSchemaNamesOrSomethingSmall) {
  const std::pair<const char*, const char*> rows[] = {
      {R"({"const":7})", "7"},
      {R"({"enum":["a","b"]})", "\"a\""},
      {R"({"enum":["a",3],"type":"integer"})", "3"},
      {R"({"type":"string","default":"x"})", "\"x\""},
      {R"({"type":"string","default":5,"examples":["y"]})", "\"y\""},
      {R"({"type":"string"})", "\"text\""},
      {R"({"type":"string","maxLength":2})", "\"te\""},
      {R"({"type":"string","minLength":6})", "\"textte\""},
      {R"({"type":"string","format":"email"})", "\"user@example.com\""},
      {R"({"type":"string","pattern":"^[A-Z]{3}-\\d{2,}$"})", "\"AAA-00\""},
      {R"({"type":"string","pattern":"^(cat|dog)s?$"})", "\"cat\""},
      {R"({"type":"string","pattern":"^[a-z]+$","minLength":5})", "\"aaaaaa\""},
      {R"({"type":"integer"})", "1"},
      {R"({"type":"integer","minimum":5})", "5"},
      {R"({"type":"integer","maximum":-5})", "-5"},
      {R"({"type":"number","exclusiveMinimum":0,"exclusiveMaximum":1})", "0.5"},
      {R"({"type":"integer","multipleOf":7,"minimum":8})", "14"},
      {R"({"type":"boolean"})", "true"},
      {R"({"type":["null","string"]})", "\"text\""},
      {R"({"type":"array"})", "[]"},
      {R"({"type":"array","items":{"type":"integer"}})", "[1]"},
      {R"({"type":"array","items":{"type":"integer"},"maxItems":0})", "[]"},
      {R"({"type":"array","items":{"enum":["a","b","c"]},"minItems":3,"uniqueItems":true})",
       R"(["a","b","c"])"},
      {R"({"prefixItems":[{"const":1},{"type":"string"}],"minItems":2})", R"([1,"text"])"},
      {R"({"contains":{"const":3},"type":"array"})", "[3]"},
      {R"({"type":"object",)"
       R"("properties":{"a":{"type":"string"},"b":{"type":"integer"}},"required":["b"]})",
       R"({"b":1})"},
      {R"({"type":"object","minProperties":2,"additionalProperties":{"type":"integer"}})",
       R"({"property1":1,"property2":1})"},
      {R"({"$ref":"#/$defs/a","$defs":{"a":{"type":"integer","minimum":3}}})", "3"},
      {R"({"allOf":[{"minimum":3},{"type":"integer"},{"maximum":3}]})", "3"},
      {R"({"anyOf":[{"type":"string","minLength":3},{"type":"integer"}],"maxLength":2})", "1"},
      {R"({"oneOf":[{"required":["a"]},)"
       R"({"required":["b"]}],"properties":{"a":{"const":1}},"type":"object"})",
       R"({"a":1})"},
      {R"({"if":{"required":["a"]},"then":false,"type":"object","required":["b"]})",
       R"({"b":"text"})"},
      {R"({"not":{"type":"string"}})", "{}"},
      {"true", "\"text\""},
      {R"({"type":"object","properties":{"next":{"$ref":"#"}}})", "{}"},
      {R"({"type":"object",)"
       R"("properties":{"next":{"anyOf":[{"$ref":"#"},{"type":"null"}]}},"required":["next"]})",
       ""}};
  for (const auto& [text, wanted] : rows) {
    const Json schema = *parse_json(text);
    const Json value = example(schema);
    EXPECT_TRUE(Schema::compile(schema)->accepts(value)) << text << " " << write_json(value);
    EXPECT_TRUE(*wanted == '\0' || write_json(value) == wanted) << text << write_json(value);
  }
}

TEST(Example, DoesItsBestWhereNothingFits) {
  const std::pair<const char*, const char*> rows[] = {
      {"false", "\"text\""},
      {R"({"type":"object","required":["a"],"properties":{"a":{"$ref":"#"}}})", "null"},
      {R"({"type":"integer","minimum":3,"maximum":2})", "1"},
      {R"({"enum":[]})", "null"}};
  for (const auto& [text, wanted] : rows)
    EXPECT_EQ(write_json(example(*parse_json(text))), wanted) << text;
}

TEST(SamplePattern, KnowsWhatItDoesNotKnow) {
  for (const char* clever : {"(?=a)", "(a)\\1", "\\p{L}", "(?<=a)b", "[\xC3\xA9]", "\\", "(", "["})
    EXPECT_EQ(sample_pattern(clever, 0, 0), std::nullopt) << clever;
  EXPECT_EQ(sample_pattern(std::string(1000, '('), 0, 0), std::nullopt);
  EXPECT_EQ(sample_pattern("a{4000}b{4000}", 0, 0), std::nullopt);
}

}  // namespace
}  // namespace crafter
