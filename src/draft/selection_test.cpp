// Which parts a form gets: by its lists, by its preset, and by what brings other parts along.

#include <gtest/gtest.h>

#include "draft/testing.h"

namespace crafter {
namespace {

using testing::blueprint_with;
using testing::drafted;
using testing::expect_mistake;
using testing::form_with;
using testing::Mistake;
using Names = std::vector<std::string>;

std::string form_of(const std::string& members) {
  return R"({"server_name": "my-server")" + (members.empty() ? "" : ", " + members) + "}";
}

TEST(Selection, without_a_word_is_the_default_preset) {
  const auto blueprint = drafted(form_of(""));
  ASSERT_TRUE(blueprint);
  EXPECT_EQ(blueprint->complexity, "usual");
  EXPECT_EQ(blueprint->base, "ground");
  EXPECT_EQ(blueprint->capabilities, Names{"tools"});
  EXPECT_EQ(blueprint->deployments, Names{"box"});
  EXPECT_EQ(blueprint->parts, (Names{"ground", "tools", "box"}));
}

TEST(Selection, is_what_the_form_lists) {
  const auto blueprint = drafted(
      form_of(R"("capabilities": ["prompts", "resources"], "deployment_config": {"box": false})"));
  ASSERT_TRUE(blueprint);
  EXPECT_EQ(blueprint->capabilities, (Names{"prompts", "resources"}));
  EXPECT_EQ(blueprint->deployments, Names{});
  EXPECT_EQ(blueprint->parts, (Names{"ground", "resources", "prompts"}));
}

TEST(Selection, takes_deployments_of_the_preset_where_no_switch_is_named) {
  const auto blueprint =
      drafted(form_of(R"("deployment_config": {"scaling": {"max_replicas": 2}})"));
  ASSERT_TRUE(blueprint);
  EXPECT_EQ(blueprint->deployments, Names{"box"});
}

TEST(Selection, does_not_mind_what_the_preset_lacks_when_the_form_lists_it) {
  EXPECT_TRUE(drafted(form_of(
      R"("complexity": "grand", "capabilities": ["tools"], "deployment_config": {"box": true})")));
}

TEST(Selection, begins_with_the_chain_of_the_base) {
  const auto blueprint = blueprint_with(R"("template": "hill")");
  EXPECT_EQ(blueprint.parts, (Names{"ground", "hill", "tools"}));
  EXPECT_EQ(blueprint_with(R"("template_base": "hill")").base, "hill");
  EXPECT_EQ(blueprint_with(R"("template": "hill", "template_base": "hill")").base, "hill");
}

TEST(Selection, is_ordered_by_after_and_before) {
  const auto blueprint = blueprint_with(R"("capabilities": ["keeping", "tools", "counting"])");
  EXPECT_EQ(blueprint.parts, (Names{"ground", "tools", "counting", "keeping"}));
}

TEST(Selection, grows_by_what_fields_imply) {
  const auto blueprint = blueprint_with(
      R"("capabilities": ["counting"], "custom_tools": [{"name": "echo"}], "custom_prompts": [])");
  EXPECT_EQ(blueprint.capabilities, (Names{"counting", "tools"}));
  ASSERT_EQ(blueprint.warnings.size(), 1U);
  EXPECT_EQ(blueprint.warnings[0].pointer, "/custom_tools");
  EXPECT_EQ(blueprint.warnings[0].message, "custom_tools needs the capability tools; it was added");
}

TEST(Selection, says_nothing_of_what_the_preset_has) {
  EXPECT_TRUE(blueprint_with(R"("custom_tools": [{"name": "echo"}])").warnings.empty());
}

TEST(Selection, grows_by_what_parts_require) {
  const auto blueprint =
      blueprint_with(R"("capabilities": ["keeping"], "deployment_config": {"box": true})");
  EXPECT_EQ(blueprint.capabilities, (Names{"keeping", "counting"}));
  EXPECT_EQ(write_json(blueprint.form.at("capabilities")), R"(["keeping"])");
  ASSERT_EQ(blueprint.warnings.size(), 1U);
  EXPECT_EQ(blueprint.warnings[0].pointer, "/capabilities");
}

TEST(Selection, grows_by_what_parts_require_with_these_options) {
  const auto capabilities = [](const std::string& members) {
    return blueprint_with(R"("capabilities": ["boasting"])" + members).capabilities;
  };
  EXPECT_EQ(capabilities(""), (Names{"boasting", "counting"}));  // by the default
  EXPECT_EQ(capabilities(R"(, "options": {"boasting": {"mode": "loud"}})"), Names{"boasting"});
}

TEST(Selection, completes_the_deployment) {
  const auto blueprint = blueprint_with(R"("deployment_config": {"stack": true, "cloud": false,
      "scaling": {"min_replicas": 4}, "service_mesh": "istio"})");
  EXPECT_EQ(write_json(blueprint.deployment),
            R"({"box":true,"stack":true,"scaling":{"min_replicas":4,"max_replicas":4,)"
            R"("cpu_threshold":80},"service_mesh":"istio"})");
  EXPECT_EQ(write_json(*at_pointer(blueprint.form, "/deployment_config")),
            R"({"box":true,"stack":true,"scaling":{"min_replicas":4},"service_mesh":"istio"})");
}

TEST(Selection, without_scaling_is_one_replica) {
  EXPECT_EQ(write_json(blueprint_with("").deployment),
            R"({"box":false,"stack":false,"scaling":{"min_replicas":1,"max_replicas":1,)"
            R"("cpu_threshold":80},"service_mesh":"none"})");
}

class SelectionMistake : public ::testing::TestWithParam<Mistake> {};

TEST_P(SelectionMistake, is_named) { expect_mistake(form_of(GetParam().members), GetParam()); }

INSTANTIATE_TEST_SUITE_P(
    All, SelectionMistake,
    ::testing::Values(
        Mistake{R"("complexity": "usal")", "/complexity", "did you mean \"usual\""},
        Mistake{R"("complexity": 1)", "/complexity"},
        Mistake{R"("complexity": "own", "deployment_config": {"box": true})", "/capabilities"},
        Mistake{R"("complexity": "grand", "capabilities": ["tools"])", "/complexity", "cloud"},
        Mistake{R"("complexity": "grand", "deployment_config": {"box": true})", "/complexity",
                "flying"},
        Mistake{R"("template": "grond")", "/template", "did you mean \"ground\""},
        Mistake{R"("template": "water")", "/template", "not available in this version"},
        Mistake{R"("template_base": "sand")", "/template_base"},
        Mistake{R"("template": "ground", "template_base": "hill")", "/template_base"},
        Mistake{R"("capabilities": [])", "/capabilities"},
        Mistake{R"("capabilities": "tools")", "/capabilities"},
        Mistake{R"("capabilities": [5])", "/capabilities/0"},
        Mistake{R"("capabilities": ["tools", "tools"])", "/capabilities/1"},
        Mistake{R"("capabilities": ["tools", "Tools"])", "/capabilities/1", "tools"},
        Mistake{R"("capabilities": ["tools", "flyng"])", "/capabilities/1", "flying"},
        Mistake{R"("capabilities": ["flying"])", "/capabilities/0", "not available"},
        Mistake{R"("capabilities": ["box"])", "/capabilities/0", "there is no capability"},
        Mistake{R"("deployment_config": ["box"])", "/deployment_config"},
        Mistake{R"("deployment_config": {"box": "yes"})", "/deployment_config/box"},
        Mistake{R"("deployment_config": {"bx": true, "box": true})", "/deployment_config/bx",
                "box"},
        Mistake{R"("deployment_config": {"cloud": true})", "/deployment_config/cloud",
                "not available"},
        Mistake{R"("deployment_config": {"stack": true, "box": false})", "/deployment_config/box",
                "stack needs box"},
        Mistake{
            R"("capabilities": ["counting"], "deployment_config": {"stack": true, "box": true})",
            "/deployment_config", "cannot stand side by side"},
        Mistake{R"("deployment_config": {"service_mesh": "isto"})",
                "/deployment_config/service_mesh", "istio"},
        Mistake{R"("deployment_config": {"scaling": {"min_replica": 1}})",
                "/deployment_config/scaling/min_replica", "min_replicas"},
        Mistake{R"("deployment_config": {"scaling": {"min_replicas": 0}})",
                "/deployment_config/scaling/min_replicas"},
        Mistake{R"("deployment_config": {"scaling": {"max_replicas": 1001}})",
                "/deployment_config/scaling/max_replicas"},
        Mistake{R"("deployment_config": {"scaling": {"min_replicas": 5, "max_replicas": 2}})",
                "/deployment_config/scaling/max_replicas"},
        Mistake{R"("deployment_config": {"scaling": {"cpu_threshold": 101}})",
                "/deployment_config/scaling/cpu_threshold"},
        Mistake{R"("deployment_config": {"scaling": {"cpu_threshold": 80.5}})",
                "/deployment_config/scaling/cpu_threshold"},
        Mistake{R"("options": {"counting": {}})", "/options/counting", "not enabled"},
        Mistake{R"("options": {"countng": {}})", "/options/countng", "counting"},
        Mistake{R"("options": {"flying": {}})", "/options/flying", "not available"}));

class OptionMistake : public ::testing::TestWithParam<Mistake> {};

TEST_P(OptionMistake, is_named) {
  expect_mistake(form_with(R"("capabilities": ["counting"], "options": {"counting": )" +
                           GetParam().members + "}"),
                 GetParam());
}

INSTANTIATE_TEST_SUITE_P(All, OptionMistake,
                         ::testing::Values(Mistake{R"({"limit": 0})", "/options/counting/limit"},
                                           Mistake{R"({"limit": "1"})", "/options/counting/limit"},
                                           Mistake{R"({"limt": 1})", "/options/counting/limt"},
                                           Mistake{R"({"store": {"path": 1}})",
                                                   "/options/counting/store/path"},
                                           Mistake{R"([1])", "/options/counting"}));

TEST(Options, are_filled_with_defaults_at_every_level) {
  const auto blueprint =
      blueprint_with(R"("capabilities": ["counting"], "options": {"counting": {"store": {}}})");
  EXPECT_EQ(write_json(blueprint.options.at("counting")), R"({"store":{"path":"x"},"limit":10})");
  EXPECT_EQ(write_json(blueprint_with(R"("capabilities": ["counting"])").options.at("counting")),
            R"({"limit":10,"store":{"path":"x"}})");
  EXPECT_EQ(write_json(*at_pointer(blueprint.form, "/options")), R"({"counting":{"store":{}}})");
}

TEST(Selection, refuses_what_no_part_serves) {
  auto files = testing::sample_files();
  files.erase("parts/prompts/part.json");
  const Catalog catalog = testing::sample_catalog(files);
  const auto document =
      read_json(form_with(R"("custom_prompts": [{"name": "p", "messages": [)"
                          R"({"role": "user", "content": {"type": "text", "text": "x"}}]}])"),
                "form.json");
  const auto blueprint = draft(*read_form(*document), catalog, testing::PretendedCheck());
  ASSERT_FALSE(blueprint);
  EXPECT_EQ(blueprint.failure().diagnostics()[0].pointer, "/custom_prompts");
}

}  // namespace
}  // namespace crafter
