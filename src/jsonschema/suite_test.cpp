// The official test suite of draft 2020-12 (tests/jsonschema-suite).

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "jsonschema/jsonschema.h"

namespace crafter {
namespace {

constexpr const char* kFiles[] = {"additionalProperties",
                                  "allOf",
                                  "anchor",
                                  "anyOf",
                                  "boolean_schema",
                                  "const",
                                  "contains",
                                  "content",
                                  "default",
                                  "defs",
                                  "dependentRequired",
                                  "dependentSchemas",
                                  "dynamicRef",
                                  "enum",
                                  "exclusiveMaximum",
                                  "exclusiveMinimum",
                                  "format",
                                  "if-then-else",
                                  "infinite-loop-detection",
                                  "items",
                                  "maxContains",
                                  "maxItems",
                                  "maxLength",
                                  "maxProperties",
                                  "maximum",
                                  "minContains",
                                  "minItems",
                                  "minLength",
                                  "minProperties",
                                  "minimum",
                                  "multipleOf",
                                  "not",
                                  "oneOf",
                                  "pattern",
                                  "patternProperties",
                                  "prefixItems",
                                  "properties",
                                  "propertyNames",
                                  "ref",
                                  "refRemote",
                                  "required",
                                  "type",
                                  "unevaluatedItems",
                                  "unevaluatedProperties",
                                  "uniqueItems",
                                  "vocabulary"};

constexpr const char* kRemotes[] = {
    "different-id-ref-string.json",
    "draft2020-12/baseUriChange/folderInteger.json",
    "draft2020-12/baseUriChangeFolder/folderInteger.json",
    "draft2020-12/baseUriChangeFolderInSubschema/folderInteger.json",
    "draft2020-12/detached-dynamicref.json",
    "draft2020-12/detached-ref.json",
    "draft2020-12/extendible-dynamic-ref.json",
    "draft2020-12/format-assertion-false.json",
    "draft2020-12/format-assertion-true.json",
    "draft2020-12/integer.json",
    "draft2020-12/locationIndependentIdentifier.json",
    "draft2020-12/metaschema-no-validation.json",
    "draft2020-12/metaschema-optional-vocabulary.json",
    "draft2020-12/name-defs.json",
    "draft2020-12/nested/foo-ref-string.json",
    "draft2020-12/nested/string.json",
    "draft2020-12/prefixItems.json",
    "draft2020-12/ref-and-defs.json",
    "draft2020-12/subSchemas.json",
    "draft2020-12/tree.json",
    "extendible-dynamic-ref.json",
    "integer.json",
    "locationIndependentIdentifier.json",
    "name-defs.json",
    "nested-absolute-ref-to-string.json",
    "ref-and-defs.json",
    "tree.json",
    "urn-ref-string.json"};

Json read(const std::string& path) {
  std::ifstream file(CRAFTER_SOURCE_DIR "/tests/jsonschema-suite/" + path, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  auto value = parse_json(text, path, kTrusted);
  EXPECT_TRUE(value) << path;
  return value ? *std::move(value) : Json();
}

Json read_tests(const std::string& name) { return read("draft2020-12/" + name + ".json"); }

SchemaLibrary read_remotes() {
  SchemaLibrary library;
  for (const std::string name : kRemotes)
    library.emplace("http://localhost:1234/" + name, read("remotes/" + name));
  return library;
}

class Suite : public testing::TestWithParam<const char*> {};

TEST_P(Suite, AgreesOnEveryCase) {
  static const SchemaLibrary kLibrary = read_remotes();
  const Json groups = read_tests(GetParam());
  for (const Json& group : groups.as_array()) {
    const auto schema = Schema::compile(*find(group, "schema"), kLibrary);
    ASSERT_TRUE(schema) << text_of(group, "description") << schema.failure().message();
    for (const Json& test : find(group, "tests")->as_array()) {
      const bool valid = find(test, "valid")->as_bool();
      const Json& data = *find(test, "data");
      EXPECT_EQ(schema->accepts(data), valid)
          << text_of(group, "description") << ": " << text_of(test, "description");
      EXPECT_EQ(schema->validate(data).empty(), valid) << text_of(test, "description");
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Draft2020, Suite, testing::ValuesIn(kFiles), [](const auto& file) {
  std::string name = file.param;
  std::erase(name, '-');
  return name;
});

TEST(SuiteFiles, AreAllThere) {
  std::size_t cases = 0;
  for (const char* file : kFiles) {
    const Json groups = read_tests(file);
    for (const Json& group : groups.as_array()) cases += find(group, "tests")->as_array().size();
  }
  EXPECT_EQ(cases, 1257U);
}

}  // namespace
}  // namespace crafter
