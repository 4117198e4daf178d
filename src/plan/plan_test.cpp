// A plan says which files there will be, how, and why; parts that disagree are named.

#include "plan/plan.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "catalog/testing.h"
#include "plan/paths.h"

namespace crafter {
namespace {

using testing::Files;

/// parts/NAME/part.json of a base or capability that contributes `fields`.
std::string part(std::string_view name, std::string_view fields) {
  return fmt::format(R"({{"name": "{}", "kind": "{}", "summary": "x"{}{}}})", name,
                     name == "ground" ? "base" : "capability", fields.empty() ? "" : ", ", fields);
}

struct Given {
  std::string ground, one, two;
  Files files = {};
};

Catalog catalog_of(const Given& given) {
  Files files = testing::sample_files();
  std::erase_if(files, [](const auto& file) {
    return file.first.starts_with("parts/") || file.first.starts_with("presets/");
  });
  files["catalog.json"] = R"({"default_base": "ground", "default_preset": "usual", "promised": {
      "base": ["ground"], "capability": ["one", "two"], "deployment": []}})";
  files["presets/usual.json"] = R"({"name": "usual", "rank": 1, "summary": "x",
      "capabilities": ["one"], "deployments": []})";
  files["parts/ground/part.json"] = part("ground", given.ground);
  files["parts/one/part.json"] = part("one", given.one);
  files["parts/two/part.json"] = part("two", given.two);
  for (const auto& [path, bytes] : given.files) files[path] = bytes;
  return testing::sample_catalog(files);
}

Blueprint blueprint() {
  Blueprint made;
  made.server_name = "weather";
  made.base = "ground";
  made.parts = {"ground", "one", "two"};
  made.options["one"] = JsonObject{{"limit", 5}};
  made.tools = {{.name = "get-weather", .function = "get_weather"}, {.name = "b", .function = "b"}};
  made.form = JsonObject();
  made.metadata = JsonObject();
  return made;
}

std::string planned(const Given& given, const Blueprint& from = blueprint()) {
  const auto made = plan(from, catalog_of(given));
  std::string text;
  if (!made) {
    for (const Diagnostic& one : made.failure().diagnostics()) text += one.message + "\n";
    return text;
  }
  for (const Action& action : made->actions)
    text +=
        fmt::format("{} {} {} [{}]{}\n", action.path, static_cast<int>(action.how),
                    action.how == How::emit ? write_json(action.value) : action.source,
                    join(action.parts, " "), action.comment.empty() ? "" : " # " + action.comment);
  return text;
}

TEST(Plan, HasEveryPartsFilesSortedByPath) {
  EXPECT_EQ(planned({.ground = R"("templates": {"README.md": {"source": "README.md"},
                                           "no.md": {"source": "README.md", "when": "false"}},
                            "files": {"b.txt": {"when": "'two' in parts"},
                                      "c.txt": {"when": "'three' in parts"}})",
                     .one = R"("emit": [{"path": "a.json", "language": "json",
                                    "value": {"limit": {"$": "options.limit"}}}])",
                     .files = {{"parts/ground/templates/README.md", "x"},
                               {"parts/ground/files/b.txt", "b"},
                               {"parts/ground/files/c.txt", "c"},
                               {"parts/two/files/src/z.py", "z"}}}),
            "README.md 2 parts/ground/templates/README.md [ground]\n"
            "a.json 1 {\"limit\":5} [one]\n"
            "b.txt 0 parts/ground/files/b.txt [ground]\n"
            "src/z.py 0 parts/two/files/src/z.py [two]\n");
}

TEST(Plan, MakesOneFileForEachItem) {
  EXPECT_EQ(planned({.ground = R"("emit": [{"path": "src/{{ item.function }}.json", "each": "tools",
                     "when": "item.name != 'b'", "language": "json",
                     "value": {"$": "item.name"}}])"}),
            "src/get_weather.json 1 \"get-weather\" [ground]\n");
}

TEST(Plan, MergesWhatPartsSayAboutOneFile) {
  EXPECT_EQ(
      planned({.ground = R"("emit": [{"path": "a.yml", "language": "yaml", "comment": "A file.",
                     "value": {"a": {"x": 1}, "l": [1, {"k": 1}]}}])",
               .one = R"("emit": [{"path": "a.yml", "language": "yaml",
                     "value": {"a": {"y": 2, "x": 1.0}, "l": [{"k": 1}, 2, 2]}}])",
               .two = R"("emit": [{"path": "a.yml", "language": "yaml",
                     "value": {"$if": "false", "then": 1}}])"}),
      "a.yml 1 {\"a\":{\"x\":1,\"y\":2},\"l\":[1,{\"k\":1},2]} [ground one] # A file.\n");
}

TEST(Plan, SaysWhoDisagreesAboutWhatAllAtOnce) {
  EXPECT_EQ(planned({.ground = R"("emit": [{"path": "a.json", "language": "json",
                     "value": {"a": {"x": 1}}}])",
                     .one = R"("emit": [{"path": "a.json", "language": "json",
                     "value": {"b": "one"}}])",
                     .two = R"("emit": [{"path": "a.json", "language": "json",
                     "value": {"a": {"x": 2}, "b": []}}])"}),
            "the parts \"ground\" and \"two\" disagree on \"/a/x\" in \"a.json\": \"1\" and \"2\"\n"
            "the parts \"one\" and \"two\" disagree on \"/b\" in \"a.json\": \"\\\"one\\\"\" and "
            "\"[]\"\n");
}

TEST(Plan, RefusesTwoFilesInOnePlace) {
  EXPECT_EQ(planned({.files = {{"parts/ground/files/src/A.py", ""},
                               {"parts/one/files/src/a.py", ""},
                               {"parts/one/files/Src/b.py", ""},
                               {"parts/one/files/x/y", ""},
                               {"parts/two/files/x", ""}}}),
            "the parts \"one\" and \"ground\" both make \"Src\" and \"src\"\n"
            "the part \"one\" would make \"Src\" and \"src\"\n"
            "the parts \"ground\" and \"one\" both make \"src/A.py\" and \"src/a.py\"\n"
            "the parts \"two\" and \"one\" both make a file and a folder \"x\"\n");
}

TEST(Plan, RefusesPathsThatLeadElsewhere) {
  for (const char* path : {"", "/a", "a//b", "../a", "a/..", "a/./b", "a\\b", "c:a", "a ", "a./b",
                           "a\nb", "a\x01", "\xFF", "a\xE2\x80\xAE"})
    EXPECT_NE(fault_of_path(path), "") << path;
  for (const char* path : {"a", "src/a.py", ".env", ".github/workflows/ci.yml", "a b", "ü.py"})
    EXPECT_EQ(fault_of_path(path), "") << path;
  EXPECT_EQ(planned({.ground = R"("emit": [{"path": "{{ '..' }}/x", "language": "json",
                     "value": 1}])"}),
            "the path is no good: it leads elsewhere (part \"ground\", file \"../x\")\n");
}

TEST(Plan, GathersSettingsAndDependencies) {
  Blueprint from = blueprint();
  from.dependencies = {"httpx>=0.27"};
  from.settings = {{.name = "LOG_LEVEL", .value = "DEBUG"}, {.name = "OWN"}};
  const auto made = plan(from, catalog_of({.ground = R"("dependencies": ["httpx>=0.28,<1"],
             "environment": [{"name": "LOG_LEVEL", "value": "INFO", "description": "how much"},
                             {"name": "KEY", "secret": true, "required": true}])"}));
  ASSERT_TRUE(made);
  EXPECT_EQ(write_json(made->facts.at("dependencies")), R"(["httpx>=0.27,>=0.28,<1"])");
  EXPECT_EQ(write_json(made->facts.at("settings")),
            R"([{"name":"LOG_LEVEL","value":"DEBUG","description":"how much",)"
            R"("secret":false,"required":false},)"
            R"({"name":"OWN","value":"","description":"","secret":false,"required":false},)"
            R"({"name":"KEY","value":"","description":"","secret":true,"required":true}])");
  EXPECT_EQ(planned({.one = R"("environment": [{"name": "A", "value": "1"}])",
                     .two = R"("environment": [{"name": "A", "value": "2"}])"}),
            "the parts \"one\" and \"two\" give the variable \"A\" different values\n");
}

TEST(Plan, NamesAPartOnceForEachFile) {
  const auto made = plan(blueprint(), catalog_of({.one = R"("emit": [
      {"path": "a.json", "language": "json", "value": {"x": 1}},
      {"path": "a.json", "language": "json", "value": {"y": 2}}])"}));
  ASSERT_TRUE(made);
  ASSERT_EQ(made->actions.size(), 1U);
  EXPECT_EQ(made->actions[0].parts, std::vector<std::string>{"one"});
}

TEST(Plan, LeavesOutSettingsAndDependenciesThatAreNotWanted) {
  const auto made = plan(blueprint(), catalog_of({.one = R"(
      "options": {"type": "object", "properties": {"limit": {"type": "integer"}}},
      "dependencies": [{"requirement": "few", "when": "options.limit < 3"},
                       {"requirement": "many", "when": "options.limit > 3"}],
      "environment": [{"name": "FEW", "when": "options.limit < 3"},
                      {"name": "MANY", "when": "'two' in parts"}])"}));
  ASSERT_TRUE(made);
  EXPECT_EQ(write_json(made->facts.at("dependencies")), R"(["many"])");
  ASSERT_EQ(made->facts.at("settings").get_array().size(), 1U);
  EXPECT_EQ(made->facts.at("settings").at(0).at("name"), "MANY");
  EXPECT_NE(planned({.one = R"("dependencies": [{"requirement": "x", "when": "nothing"}])"})
                .find("nothing"),
            std::string::npos);
}

TEST(Plan, LeavesOutWhatIsNotGiven) {
  const auto made = plan(blueprint(), catalog_of({}));
  ASSERT_TRUE(made);
  EXPECT_EQ(write_json(made->facts.at("tools").at(1)),
            R"({"name":"b","function":"b","arguments_type":"","input_schema":null,)"
            R"("implementation":"","scopes":[],"probe":true,"task":"none"})");
}

}  // namespace
}  // namespace crafter
