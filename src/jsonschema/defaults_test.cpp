// Defaults must fit the schema that they stand in.

#include "jsonschema/defaults.h"

#include <gtest/gtest.h>

namespace crafter {
namespace {

TEST(CheckDefaults, NamesThoseThatTheirSchemaRefuses) {
  const std::pair<const char*, std::vector<std::string>> rows[] = {
      {R"({"type":"string","default":"a"})", {}},
      {R"({"enum":["a","b"],"default":"c"})", {"/default"}},
      {R"({"properties":{"n":{"type":"integer","minimum":5,"default":1}}})",
       {"/properties/n/default"}},
      {R"({"items":{"$ref":"#/$defs/t","default":1},"$defs":{"t":{"type":"string","default":2}}})",
       {"/items/default", "/$defs/t/default"}},
      {R"({"default":{"a":[1,"x"]},"properties":{"a":{"items":{"type":"integer"}}}})",
       {"/default/a/1"}},
      {R"({"properties":{"default":{"type":"string"}}})", {}},
      {R"({"default":null,"type":["null","string"]})", {}},
      {R"({"default":1,"$ref":"#/nowhere"})", {}},
      {"true", {}}};
  for (const auto& [schema, pointers] : rows) {
    std::vector<std::string> found;
    for (const auto& violation : check_defaults(*parse_json(schema)))
      found.push_back(violation.pointer);
    EXPECT_EQ(found, pointers) << schema;
  }
}

TEST(CheckDefaults, SaysWhy) {
  const auto found = check_defaults(*parse_json(R"({"type":"integer","default":"3"})"));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].message,
            "the default does not fit its schema: expected an integer, found the string \"3\"");
}

}  // namespace
}  // namespace crafter
