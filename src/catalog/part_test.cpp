// A part is read as it is written, and each of its mistakes is found where it stands.

#include "catalog/part.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "catalog/testing.h"
#include "jsonschema/jsonschema.h"

namespace crafter {
namespace {

using testing::Files;

Result<Part> part_of(const std::string& json, const Files& files = {}) {
  auto folder = memory_directory();
  (void)folder->write("parts/paint/part.json", json);
  for (const auto& [path, bytes] : files) (void)folder->write("parts/paint/" + path, bytes);
  return read_part(*folder, "paint");
}

constexpr std::string_view kIdentity =
    R"("name": "paint", "kind": "capability", "summary": "Paints")";

TEST(Part, keeps_all_that_is_written) {
  const auto part = part_of(R"({"name": "paint", "kind": "base", "summary": "Paints", "rank": 7,
      "extends": "ground", "after": ["glue"], "before": ["dry"], "conflicts": ["wet"],
      "requires": ["brush"], "implied_by": ["/custom_tools"],
      "options": {"type": "object", "properties": {"red": {"type": "integer"}}},
      "files": {"a.sh": {"access": "executable", "owner": "user", "when": "tools"}},
      "emit": [{"path": "x.yml", "language": "yaml", "value": {"a": 1}, "comment": "Made.",
                "each": "tools", "when": "item", "owner": "user"}],
      "templates": {"README.md": {"source": "r.md", "when": "tools"}},
      "environment": [{"name": "HUE", "value": "1", "secret": true, "required": true}],
      "dependencies": ["colour>=1"], "dev_dependencies": ["pytest"],
      "notices": [{"when": "tools", "message": "wet", "hint": "wait"}],
      "proof": {"environment": {"HUE": "2"}},
      "repository": {"branch": "main", "message": "Begin"}})",
                            {{"files/a.sh", ""}, {"files/b/c.py", ""}, {"templates/r.md", ""}});
  ASSERT_TRUE(part) << part.failure().message();
  EXPECT_EQ(part->kind, PartKind::base);
  EXPECT_EQ(part->rank, 7);
  ASSERT_EQ(part->requires_.size(), 1U);
  EXPECT_EQ(part->requires_[0].part, "brush");
  EXPECT_EQ(part->options.at("additionalProperties"), Json(false));
  ASSERT_EQ(part->copied.size(), 2U);
  EXPECT_EQ(part->copied[0].access, Access::executable);
  EXPECT_EQ(part->copied[0].owner, Owner::user);
  EXPECT_EQ(part->copied[1].path, "b/c.py");
  EXPECT_EQ(part->copied[1].source, "parts/paint/files/b/c.py");
  EXPECT_EQ(part->emitted.at(0).comment, "Made.");
  EXPECT_EQ(part->rendered.at(0).source, "parts/paint/templates/r.md");
  EXPECT_TRUE(part->environment.at(0).secret);
  EXPECT_EQ(part->notices.at(0).hint, "wait");
  EXPECT_EQ(part->proof, parse_json(R"({"environment": {"HUE": "2"}})").operator*());
  ASSERT_TRUE(part->repository);
}

TEST(Part, without_options_takes_none) {
  const auto part = part_of("{" + std::string(kIdentity) + "}");
  ASSERT_TRUE(part) << part.failure().message();
  EXPECT_EQ(write_json(part->options),
            R"({"type":"object","properties":{},"additionalProperties":false})");
}

TEST(Part, does_not_copy_what_tools_leave_behind) {
  const auto part = part_of("{" + std::string(kIdentity) + "}", {{"files/a.py", ""},
                                                                 {"files/__pycache__/a.pyc", ""},
                                                                 {"files/.mypy_cache/x", ""},
                                                                 {"files/.github/ci.yml", ""}});
  ASSERT_TRUE(part);
  ASSERT_EQ(part->copied.size(), 2U);
  EXPECT_EQ(part->copied[0].path, ".github/ci.yml");
}

struct Mistake {
  std::string members;  ///< beside name, kind and summary
  std::string pointer;
  bool needs_more = false;  ///< than part.json itself: what a schema cannot see
};

/// schema/part.schema.json, as published.
Schema part_schema() {
  const auto folder = open_disk(CRAFTER_SOURCE_DIR "/schema");
  const auto schema =
      parse_json(*(*folder)->read("part.schema.json"), "part.schema.json", kTrusted);
  return *Schema::compile(*schema);
}

class PartMistake : public ::testing::TestWithParam<Mistake> {};

TEST_P(PartMistake, is_found_where_it_stands) {
  const auto part = part_of("{" + std::string(kIdentity) + ", " + GetParam().members + "}");
  ASSERT_FALSE(part);
  EXPECT_EQ(part.failure().fault(), Fault::invalid_input);
  ASSERT_EQ(part.failure().diagnostics().size(), 1U);
  EXPECT_EQ(part.failure().diagnostics()[0].pointer, GetParam().pointer);
  EXPECT_EQ(part.failure().diagnostics()[0].file, "parts/paint/part.json");
}

TEST_P(PartMistake, is_seen_by_the_published_schema) {
  const auto json = parse_json("{" + std::string(kIdentity) + ", " + GetParam().members + "}");
  EXPECT_EQ(part_schema().accepts(*json), GetParam().needs_more) << GetParam().members;
}

INSTANTIATE_TEST_SUITE_P(
    All, PartMistake,
    ::testing::Values(
        Mistake{R"("afer": [])", "/afer"}, Mistake{R"("rank": "1")", "/rank"},
        Mistake{R"("extends": "ground")", "/extends", true},
        Mistake{R"("after": ["a", "a"])", "/after/1"}, Mistake{R"("after": [1])", "/after/0"},
        Mistake{R"("implied_by": ["custom_tools"])", "/implied_by/0"},
        Mistake{R"("requires": [1])", "/requires/0"},
        Mistake{R"("requires": [{"options": {}}])", "/requires/0/part"},
        Mistake{R"("requires": [{"part": "a", "options": {"type": 1}}])",
                "/requires/0/options/type", true},
        Mistake{R"("dependencies": [{"when": "x"}])", "/dependencies/0/requirement"},
        Mistake{R"("options": {"type": "array"})", "/options"},
        Mistake{R"("options": {"type": "object", "properties": {"a": {"type": "in"}}})",
                "/options/properties/a/type", true},
        Mistake{R"("options": {"type": "object",
                               "properties": {"a": {"type": "integer", "default": "x"}}})",
                "/options/properties/a/default", true},
        Mistake{R"("files": {"no.py": {}})", "/files/no.py", true},
        Mistake{R"("emit": [{"path": "a", "language": "xml", "value": 1}])", "/emit/0/language"},
        Mistake{R"("emit": [{"path": "a", "value": 1}])", "/emit/0/language"},
        Mistake{R"("emit": [{"path": "../a", "language": "json", "value": 1}])", "/emit/0/path"},
        Mistake{R"("emit": [{"path": "/a", "language": "json", "value": 1}])", "/emit/0/path"},
        Mistake{R"("emit": [{"path": "a", "language": "json"}])", "/emit/0/value"},
        Mistake{R"("emit": [{"path": "a", "language": "json", "value": 1, "owner": "me"}])",
                "/emit/0/owner"},
        Mistake{R"("templates": {"a": {"source": "none"}})", "/templates/a/source", true},
        Mistake{R"("environment": [{"name": "low"}])", "/environment/0/name"},
        Mistake{R"("notices": [{"hint": "x"}])", "/notices/0/message"},
        Mistake{R"("proof": {"network": true})", "/proof/network"},
        Mistake{R"("repository": {"branch": "main"})", "/repository/message"}));

TEST(Part, has_all_its_mistakes_reported_at_once) {
  const auto part = part_of(R"({"name": "other", "kind": "thing", "files": 1, "emit": [{}]})");
  ASSERT_FALSE(part);
  std::vector<std::string> pointers;
  for (const auto& problem : part.failure().diagnostics()) pointers.push_back(problem.pointer);
  for (const char* pointer : {"/name", "/kind", "/summary", "/files", "/emit/0/path"})
    EXPECT_NE(std::ranges::find(pointers, pointer), pointers.end()) << pointer;
}

TEST(ShippedParts, fit_the_published_schema) {
  const Schema schema = part_schema();
  const auto folder = open_disk(CRAFTER_SOURCE_DIR "/catalog");
  const auto entries = (*folder)->list("parts");
  int seen = 0;
  for (const Entry& entry : *entries) {
    if (!entry.path.ends_with("/part.json")) continue;
    ++seen;
    const auto part = parse_json(*(*folder)->read(entry.path), entry.path, kTrusted);
    for (const Violation& violation : schema.validate(*part))
      ADD_FAILURE() << entry.path << violation.pointer << ": " << violation.message;
  }
  EXPECT_GT(seen, 0);
}

}  // namespace
}  // namespace crafter
