// Taking an object apart notes everything that is wrong with it.

#include "base/reader.h"

#include <gtest/gtest.h>

namespace crafter {
namespace {

std::vector<std::string> told(const Problems& problems) {
  std::vector<std::string> lines;
  for (const auto& error : problems.errors)
    lines.push_back(std::to_string(error.line) + ":" + std::to_string(error.column) + " " +
                    error.pointer + " " + error.message + "; " + error.hint);
  return lines;
}

TEST(Reader, GivesWhatIsThereAndNothingForWhatIsAbsent) {
  const Document document =
      *read_yaml("t: x\nb: true\ni: 3.0\nn: 2\nl: [1]\no: {a: 1}\n", "form.yaml");
  Problems problems{&document, {}, {}};
  Reader in(document.value, "", problems);
  EXPECT_EQ(in.text("t"), "x");
  EXPECT_EQ(in.boolean("b"), true);
  EXPECT_EQ(in.integer("i"), 3);
  EXPECT_EQ(in.number("n"), 2.0);
  EXPECT_EQ(in.list("l")->size(), 1U);
  EXPECT_EQ(in.object("o")->size(), 1U);
  EXPECT_EQ(in.text("absent"), std::nullopt);
  EXPECT_EQ(in.any("absent"), nullptr);
  EXPECT_TRUE(in.has("t"));
  in.close();
  EXPECT_TRUE(problems.errors.empty());
}

TEST(Reader, NotesEveryWrongTypeWithARemedy) {
  const Document document =
      *read_yaml("version: 1.0\nflag: \"true\"\ncount: 1.5\nlist: a\nname:\nmap: [1]\nid: 9e99\n",
                 "form.yaml");
  Problems problems{&document, {}, {}};
  Reader in(document.value, "/form", problems);
  EXPECT_EQ(in.text("version"), std::nullopt);
  EXPECT_EQ(in.boolean("flag"), std::nullopt);
  EXPECT_EQ(in.integer("count"), std::nullopt);
  EXPECT_EQ(in.list("list"), nullptr);
  EXPECT_EQ(in.text("name"), std::nullopt);
  EXPECT_EQ(in.object("map"), nullptr);
  EXPECT_EQ(in.integer("id"), std::nullopt);
  in.close();
  const auto lines = told(problems);
  ASSERT_EQ(lines.size(), 7U);
  EXPECT_TRUE(
      lines[0].ends_with(" /form/version expected a string, found the number 1.0; "
                         "write it between quotes: \"1.0\""));
  EXPECT_TRUE(lines[1].ends_with(
      "expected true or false, found the string \"true\"; take the quotes away"));
  EXPECT_TRUE(lines[2].ends_with("expected an integer, found the number 1.5; "));
  EXPECT_TRUE(
      lines[3].ends_with("expected a list, found the string \"a\"; put it between [ and ]"));
  EXPECT_TRUE(
      lines[4].ends_with("expected a string, found null; give it a value, or take the line away"));
  EXPECT_TRUE(lines[5].ends_with("expected an object, found a list; "));
}

TEST(Reader, NamesUnknownFieldsAtTheirNameWithTheNearest) {
  const Document document =
      *read_yaml("server_name: x\ncapabilitys:\n  - tools\nzzz: 1\n", "form.yaml");
  Problems problems{&document, {}, {}};
  Reader in(document.value, "", problems);
  in.text("server_name");
  in.list("capabilities");
  in.close();
  EXPECT_EQ(told(problems),
            (std::vector<std::string>{
                "2:1 /capabilitys there is no field \"capabilitys\"; did you mean "
                "\"capabilities\"?",
                "4:1 /zzz there is no field \"zzz\"; known here: server_name and capabilities"}));
}

TEST(Reader, ReadsWhatIsNoObjectAsAnEmptyOne) {
  const Document document = *read_yaml("- text\n", "form.yaml");
  Problems problems{&document, {}, {}};
  Reader in(document.value.as_array()[0], "/0", problems);
  EXPECT_EQ(in.text("a"), std::nullopt);
  in.close();
  EXPECT_EQ(told(problems),
            (std::vector<std::string>{"1:3 /0 expected an object, found the string \"text\"; "}));
}

TEST(Reader, KeepsWarningsApart) {
  const Document document = *read_yaml("a: 1\n", "form.yaml");
  Problems problems{&document, {}, {}};
  Reader in(document.value, "", problems);
  in.note("a", "x.y", "too small");
  problems.warning("x.z", in.at("a"), "odd");
  EXPECT_EQ(problems.errors.size(), 1U);
  ASSERT_EQ(problems.warnings.size(), 1U);
  EXPECT_EQ(problems.warnings[0].severity, Severity::warning);
  EXPECT_EQ(problems.warnings[0].column, 4);
}

}  // namespace
}  // namespace crafter
