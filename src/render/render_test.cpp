// A plan becomes bytes, always the same.

#include "render/render.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "catalog/testing.h"
#include "draft/drafting.h"

namespace crafter {
namespace {

Catalog catalog_with(std::string text) {
  auto files = testing::sample_files();
  files["parts/ground/templates/README.md"] = std::move(text);
  return testing::sample_catalog(files);
}

Plan plan_of(std::vector<Action> actions) {
  return {*parse_json(R"({"server": {"title": "A *b*"}, "all_options": {"ground": {"n": 5}}})"),
          std::move(actions)};
}

const Action kReadme = {.path = "README.md",
                        .how = How::render,
                        .source = "parts/ground/templates/README.md",
                        .parts = {"ground"}};

TEST(Render, CopiesEmitsAndRenders) {
  const Catalog catalog = catalog_with("# {{ server.title }} {{ options.n }}\n");
  const Plan plan = plan_of({kReadme,
                             {.path = "a.toml",
                              .how = How::emit,
                              .source = "toml",
                              .value = JsonObject{{"a", 1}},
                              .comment = "A file.",
                              .owner = Owner::user,
                              .parts = {"ground", "hill"}},
                             {.path = "src/main.py",
                              .source = "parts/ground/files/src/main.py",
                              .access = Access::executable}});
  const auto tree = render(plan, catalog);
  ASSERT_TRUE(tree);
  EXPECT_EQ(tree->at("README.md").bytes, "# A \\*b\\* 5\n");
  EXPECT_EQ(tree->at("README.md").language, "");
  EXPECT_EQ(tree->at("a.toml").bytes, "# A file.\n\na = 1\n");
  EXPECT_EQ(tree->at("a.toml").language, "toml");
  EXPECT_EQ(tree->at("a.toml").owner, Owner::user);
  EXPECT_EQ(tree->at("a.toml").parts.size(), 2U);
  EXPECT_EQ(tree->at("src/main.py").bytes, "print('main')\n");
  EXPECT_EQ(tree->at("src/main.py").access, Access::executable);
}

TEST(Render, TellsEveryMistakeOfAPart) {
  const Catalog catalog = catalog_with("x\n{{ sever.title }}\n");
  const Plan plan =
      plan_of({kReadme, {.path = "a.env", .how = How::emit, .source = "env", .parts = {"hill"}}});
  const auto tree = render(plan, catalog);
  ASSERT_FALSE(tree);
  EXPECT_EQ(tree.failure().fault(), Fault::internal);
  const auto& all = tree.failure().diagnostics();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].message, "\"sever\" is undefined (file \"README.md\" of the part \"ground\")");
  EXPECT_EQ(all[0].file, "parts/ground/templates/README.md");
  EXPECT_EQ(all[0].line, 2);
  EXPECT_EQ(all[0].column, 4);
  EXPECT_EQ(all[1].message, "the value is no list (file \"a.env\" of the part \"hill\")");
}

/// A blueprint with a bit of everything, over all parts that the shipped catalog has.
Blueprint blueprint_of(const Catalog& catalog) {
  Blueprint made;
  made.server_name = "weather-api";
  made.title = "Weather";
  made.description = "Weather for <b>everyone</b>";
  made.version = made.python_version = "1.0.0";
  made.package = "weather_api";
  made.base = catalog.default_base();
  made.complexity = catalog.default_preset();
  made.parts = {made.base};
  for (const PartKind kind : {PartKind::capability, PartKind::deployment})
    for (const std::string& name : catalog.names(kind)) made.parts.push_back(name);
  for (const std::string& part : made.parts)
    made.options[part] = completed_options(nullptr, *catalog.find(part));
  made.capabilities = catalog.names(PartKind::capability);
  made.deployments = catalog.names(PartKind::deployment);
  made.form = *parse_json(R"({"server_name": "weather-api"})");
  made.metadata = JsonObject();
  made.deployment = *parse_json(R"({"service_mesh": "none", "scaling": {"min_replicas": 1,
      "max_replicas": 1, "cpu_threshold": 80}})");
  for (int i = 0; i < 10; ++i) {
    const std::string number = std::to_string(i);
    made.tools.push_back({.name = "get-weather-" + number,
                          .function = "get_weather_" + number,
                          .arguments_type = "GetWeather" + number + "Args",
                          .description = "Get \"\"\" the weather | of\na city",
                          .input_schema = *parse_json(R"({"type": "object", "properties": {"city": {
             "type": "string"}, "max-days": {"type": "integer", "default": 3}},
             "required": ["city"]})"),
                          .implementation = "return f'''\n{city}\n'''"});
  }
  made.settings = {{.name = "API_KEY", .description = "it's a key", .secret = true}};
  return made;
}

TEST(Render, MakesTheSameProjectEveryTime) {
  const Catalog catalog = testing::shipped_catalog();
  const Blueprint blueprint = blueprint_of(catalog);
  const auto first = plan(blueprint, catalog);
  ASSERT_TRUE(first) << first.failure().message();
  const auto tree = render(*first, catalog);
  ASSERT_TRUE(tree) << tree.failure().message();
  const auto again = render(*plan(blueprint, catalog), catalog);
  ASSERT_EQ(tree->size(), again->size());
  for (const auto& [path, file] : *tree) {
    EXPECT_EQ(file.bytes, again->at(path).bytes) << path;
    EXPECT_EQ(file.bytes.find("<b>everyone") == std::string::npos || file.language == "json" ||
                  file.language == "toml",
              true)
        << path;
  }
}

}  // namespace
}  // namespace crafter
