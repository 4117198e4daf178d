// A catalog finds its parts, presets and words, and refuses to load with one mistake in it.

#include "catalog/catalog.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "catalog/testing.h"
#include "jsonschema/jsonschema.h"

namespace crafter {
namespace {

using testing::Files;
using testing::sample_catalog;
using testing::sample_directory;
using testing::sample_files;
using Names = std::vector<std::string>;

TEST(Catalog, lists_parts_by_rank_and_then_by_name) {
  const Catalog catalog = sample_catalog();
  EXPECT_EQ(catalog.names(PartKind::capability),
            (Names{"keeping", "tools", "resources", "prompts", "counting", "boasting"}));
  EXPECT_EQ(catalog.names(PartKind::base), (Names{"ground", "hill"}));
  EXPECT_EQ(catalog.preset_names(), (Names{"small", "usual", "grand", "own"}));
}

TEST(Catalog, finds_a_part_under_its_kind_only) {
  const Catalog catalog = sample_catalog();
  ASSERT_NE(catalog.find(PartKind::deployment, "box"), nullptr);
  EXPECT_EQ(catalog.find(PartKind::capability, "box"), nullptr);
  EXPECT_EQ(catalog.find("box"), catalog.find(PartKind::deployment, "box"));
  EXPECT_EQ(catalog.find("nothing"), nullptr);
}

TEST(Catalog, knows_what_is_promised_and_not_there) {
  const Catalog catalog = sample_catalog();
  EXPECT_EQ(catalog.promised(PartKind::base), Names{"water"});
  EXPECT_EQ(catalog.promised(PartKind::capability), Names{"flying"});
}

TEST(Catalog, reads_words_without_comments) {
  Files files = sample_files();
  files["words/colours.txt"] = "# some\nred\n\n  blue  \n";
  const Catalog catalog = sample_catalog(files);
  EXPECT_EQ(catalog.words("colours"), (Names{"red", "blue"}));
  EXPECT_TRUE(catalog.words("none").empty());
}

TEST(Catalog, has_a_digest_of_what_reaches_a_project) {
  const std::string before = sample_catalog().digest();
  Files files = sample_files();
  files["parts/ground/tests/test_main.py"] = "x";
  files["parts/ground/README.md"] = "x";
  files["parts/ground/files/__pycache__/main.pyc"] = "x";
  EXPECT_EQ(sample_catalog(files).digest(), before);
  files["parts/ground/files/src/main.py"] = "print('other')\n";
  EXPECT_NE(sample_catalog(files).digest(), before);
}

TEST(Catalog, orders_parts_as_they_ask_and_else_as_given) {
  const Catalog catalog = sample_catalog();
  EXPECT_EQ(*ordered(catalog, {"keeping", "tools", "counting"}),
            (Names{"tools", "counting", "keeping"}));
  EXPECT_EQ(*ordered(catalog, {"prompts", "tools"}), (Names{"prompts", "tools"}));
}

struct Broken {
  std::string path;
  std::string bytes;
  std::string code;
};

class BrokenCatalog : public ::testing::TestWithParam<Broken> {};

TEST_P(BrokenCatalog, is_refused) {
  Files files = sample_files();
  files[GetParam().path] = GetParam().bytes;
  const auto catalog = Catalog::load(sample_directory(files));
  ASSERT_FALSE(catalog);
  EXPECT_EQ(catalog.failure().diagnostics()[0].code, GetParam().code)
      << catalog.failure().message();
}

INSTANTIATE_TEST_SUITE_P(
    All, BrokenCatalog,
    ::testing::Values(
        Broken{"parts/x/part.json",
               R"({"name": "x", "kind": "capability", "summary": "x", "requires": ["y"]})",
               "part.requires"},
        Broken{"parts/x/part.json",
               R"({"name": "x", "kind": "base", "summary": "x", "extends": "y"})", "part.extends"},
        Broken{"parts/x/part.json",
               R"({"name": "x", "kind": "base", "summary": "x", "extends": "x"})", "part.extends"},
        Broken{"parts/x/part.json",
               R"({"name": "x", "kind": "capability", "summary": "x", "after": ["tools"],
                   "before": ["tools"]})",
               "catalog.circle"},
        Broken{"parts/x/part.json", R"({"name": "x", "kind": "capability"})", "field.missing"},
        Broken{"presets/usual.json", R"({"name": "odd", "summary": "x"})", "catalog.preset"},
        Broken{"catalog.json", R"({"default_base": "none", "default_preset": "usual"})",
               "catalog.default"},
        Broken{"catalog.json", R"({"default_base": "ground", "default_preset": "none"})",
               "catalog.default"}));

TEST(Catalog, without_its_files_is_not_found) {
  EXPECT_EQ(Catalog::load(memory_directory()).failure().fault(), Fault::not_found);
}

TEST(Catalog, reports_the_mistakes_of_all_parts) {
  Files files = sample_files();
  files["parts/x/part.json"] = files["parts/y/part.json"] = "{}";
  const auto catalog = Catalog::load(sample_directory(files));
  ASSERT_FALSE(catalog);
  EXPECT_EQ(catalog.failure().diagnostics().front().file, "parts/x/part.json");
  EXPECT_EQ(catalog.failure().diagnostics().back().file, "parts/y/part.json");
}

TEST(FormSchema, names_what_the_catalog_has) {
  const Json schema = form_schema(sample_catalog());
  const auto at = [&](std::string_view pointer) {
    return write_json(*at_pointer(schema, pointer));
  };
  EXPECT_EQ(at("/properties/complexity/enum"), R"(["small","usual","grand","own"])");
  EXPECT_EQ(at("/properties/template/default"), R"("ground")");
  EXPECT_EQ(at("/properties/deployment_config/properties/box/type"), R"("boolean")");
  EXPECT_EQ(at("/properties/deployment_config/properties/cloud/const"), "false");
  EXPECT_EQ(at("/properties/options/properties/counting/properties/limit/default"), "10");
  EXPECT_EQ(write_json(schema).find("$catalog"), std::string::npos);
}

TEST(ShippedCatalog, loads) {
  const Catalog catalog = testing::shipped_catalog();
  EXPECT_FALSE(catalog.names(PartKind::base).empty());
  for (const auto& preset : catalog.preset_names())
    EXPECT_FALSE(catalog.preset(preset)->summary.empty());
}

TEST(ShippedCatalog, has_a_form_schema_whose_references_lead_somewhere) {
  const auto compiled = Schema::compile(form_schema(testing::shipped_catalog()));
  EXPECT_TRUE(compiled) << compiled.failure().message();
}

/// CRAFTER_BLESS=1 writes the published schema anew.
TEST(ShippedCatalog, has_its_form_schema_published) {
  const std::string schema = write_pretty_json(form_schema(testing::shipped_catalog()));
  const auto published = open_disk(CRAFTER_SOURCE_DIR "/schema");
  ASSERT_TRUE(published);
  if (std::getenv("CRAFTER_BLESS") != nullptr) {
    ASSERT_TRUE((*published)->write("form.schema.json", schema));
  }
  EXPECT_TRUE(*(*published)->read("form.schema.json") == schema)
      << "run it once with CRAFTER_BLESS=1 in the environment";
}

}  // namespace
}  // namespace crafter
