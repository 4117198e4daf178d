// Which reader fits a text, and where a diagnostic about a document stands.

#include "base/document.h"

#include <gtest/gtest.h>

namespace crafter {
namespace {

TEST(ReadDocument, ChoosesByNameAndFirstCharacter) {
  struct Row {
    const char* text;
    const char* file;
    bool fine;
  };
  for (const Row& row : std::initializer_list<Row>{{"a: 1", "form.yaml", true},
                                                   {"a: 1", "-", true},
                                                   {"a: 1", "form.json", false},
                                                   {"[1, 2]", "-", true},
                                                   {" \n {\"a\": 1}", "form.yaml", true},
                                                   {"{a: 1}", "form.yaml", false},
                                                   {"# c\n{a: 1}", "form.yaml", true}})
    EXPECT_EQ(static_cast<bool>(read_document(row.text, row.file)), row.fine) << row.text;
}

TEST(Document, FillsInThePlaceOfAnError) {
  const auto document = read_document("a:\n  b: 1\n", "form.yaml");
  ASSERT_TRUE(document);
  const Diagnostic error = document->error("x.y", "/a/b", "wrong", "mend it");
  EXPECT_EQ(error, (Diagnostic{.code = "x.y",
                               .pointer = "/a/b",
                               .file = "form.yaml",
                               .line = 2,
                               .column = 6,
                               .message = "wrong",
                               .hint = "mend it"}));
  EXPECT_EQ(document->error("x.y", "/a/b/c/0", "").column, 6);
  EXPECT_EQ(document->name_error("x.y", "/a/b", "").column, 3);
  EXPECT_EQ(document->name_error("x.y", "/a/c", "").line, 2);
}

TEST(Document, IsReadAlikeFromJsonAndYaml) {
  const auto json = read_document(R"({"a": [1, {"b": "x"}], "c": null})", "-");
  const auto yaml = read_document("a:\n  - 1\n  - b: x\nc:\n", "-");
  ASSERT_TRUE(json && yaml);
  EXPECT_EQ(write_json(json->value), write_json(yaml->value));
}

}  // namespace
}  // namespace crafter
