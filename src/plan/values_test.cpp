// What part.json says in $-objects is evaluated; mistakes name the part.

#include "plan/values.h"

#include <gtest/gtest.h>

#include <utility>

namespace crafter {
namespace {

const Json& facts() {
  static const Json kFacts = *parse_json(
      R"({"name": "weather", "tools": [{"n": "a", "on": true}, {"n": "b", "on": false}],
          "none": [], "yes": true, "given": {"$": "not evaluated"}})");
  return kFacts;
}

std::string evaluated_text(std::string_view value) {
  const auto found = evaluated(*parse_json(value), facts(), {"part", "a.json"});
  if (!found) return found.failure().message();
  return *found ? write_json(**found) : "absent";
}

TEST(Values, AreEvaluated) {
  const std::pair<const char*, const char*> kCases[] = {
      {R"({"a": [1, null, "{{ x }}"]})", R"({"a":[1,null,"{{ x }}"]})"},
      {R"({"$": "name"})", R"("weather")"},
      {R"({"$": "given"})", R"({"$":"not evaluated"})"},
      {R"({"$text": "{{ name }}.main:main"})", R"("weather.main:main")"},
      {R"({"$if": "yes", "then": {"$": "name"}, "else": 2})", R"("weather")"},
      {R"({"$if": "not yes", "then": 1})", "absent"},
      {R"({"a": {"$if": "none", "then": 1}, "b": [1, {"$if": "none", "then": 2}, 3]})",
       R"({"b":[1,3]})"},
      {R"({"$for": "tools", "in": {"n": {"$": "item.n"}, "i": {"$": "loop.index0"}}})",
       R"([{"n":"a","i":0},{"n":"b","i":1}])"},
      {R"({"$for": "tools", "in": {"$if": "item.on", "then": {"$": "item.n"}}})", R"(["a"])"},
      {R"([0, {"$for": "tools", "splice": true, "in": {"$": "item.n"}}, 1])", R"([0,"a","b",1])"},
      {R"([0, {"$for": "tools", "in": {"$": "item.n"}}])", R"([0,["a","b"]])"},
      {R"({"$object": "tools", "key": "item.n", "value": {"$": "item.on"}})",
       R"({"a":true,"b":false})"},
      {R"({"$merge": [{"a": 1, "b": 1}, {"$if": "none", "then": {}}, {"b": {"$": "name"}}]})",
       R"({"a":1,"b":"weather"})"},
      {R"({"$schema": "x", "$ref": "y"})", R"({"$schema":"x","$ref":"y"})"},
  };
  for (const auto& [given, wanted] : kCases) EXPECT_EQ(evaluated_text(given), wanted) << given;
}

TEST(Values, MistakesNamePartFileAndExpression) {
  const std::pair<const char*, const char*> kCases[] = {
      {R"({"$": "nam"})",
       R"("nam" is undefined, in the expression "nam" (part "part", file "a.json"))"},
      {R"({"$": 1})", R"("$" must be a text (part "part", file "a.json"))"},
      {R"({"$": "name", "x": 1})", R"("x" does not go with "$" (part "part", file "a.json"))"},
      {R"({"$if": "yes"})", R"("$if" needs "then" (part "part", file "a.json"))"},
      {R"({"$for": "name", "in": 1})",
       R"(the expression "name" gives no list (part "part", file "a.json"))"},
      {R"({"$object": "tools", "key": "item.on", "value": 1})",
       R"(the key of a member must be a text (part "part", file "a.json"))"},
      {R"({"$object": "tools", "key": "'k'", "value": 1})",
       R"("k" stands twice in one object (part "part", file "a.json"))"},
      {R"({"$merge": [1]})", R"("$merge" takes objects (part "part", file "a.json"))"},
  };
  for (const auto& [given, wanted] : kCases) EXPECT_EQ(evaluated_text(given), wanted) << given;
}

TEST(Values, MistakesAreOurs) {
  const auto found = evaluated(*parse_json(R"({"$": "nam"})"), facts(), {"part", "a.json"});
  EXPECT_EQ(found.failure().fault(), Fault::internal);
  EXPECT_EQ(found.failure().diagnostics().front().file, "parts/part/part.json");
  EXPECT_EQ(found.failure().diagnostics().front().hint, "did you mean \"name\"?");
}

}  // namespace
}  // namespace crafter
