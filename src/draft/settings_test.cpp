// Environment variables: values as text, secrets apart, nothing that changes what code runs.

#include <gtest/gtest.h>

#include "draft/testing.h"

namespace crafter {
namespace {

using testing::blueprint_with;
using testing::expect_mistake;
using testing::form_with;
using testing::Mistake;

Setting only_setting(const std::string& name, const std::string& value) {
  const auto blueprint = blueprint_with(R"("environment_vars": {")" + name + "\": " + value + "}");
  EXPECT_EQ(blueprint.settings.size(), 1U);
  return blueprint.settings.at(0);
}

TEST(Settings, are_text_whatever_they_were) {
  EXPECT_EQ(only_setting("A", R"("x y")").value, "x y");
  EXPECT_EQ(only_setting("A", "8080").value, "8080");
  EXPECT_EQ(only_setting("A", "1e3").value, "1000");
  EXPECT_EQ(only_setting("A", "-2.50").value, "-2.5");
  EXPECT_EQ(only_setting("A", "true").value, "true");
  EXPECT_EQ(only_setting("A", "false").value, "false");
  EXPECT_EQ(only_setting("A", R"("")").value, "");
  EXPECT_EQ(only_setting("A", R"({"value": 7})").value, "7");
}

TEST(Settings, keep_what_is_said_of_them) {
  const Setting region =
      only_setting("REGION", R"({"value": "eu", "required": true, "description": "where"})");
  EXPECT_TRUE(region.required);
  EXPECT_FALSE(region.secret);
  EXPECT_EQ(region.description, "where");
}

TEST(Settings, keep_secret_values_apart) {
  const auto blueprint = blueprint_with(R"("environment_vars": {
      "STORE_TOKEN": "planted", "DB": "pg://u:planted@h/d", "PIN": {"value": "planted", "secret": true},
      "APP_MODE": "plain"})");
  EXPECT_EQ(blueprint.secrets.size(), 3U);
  EXPECT_EQ(blueprint.secrets.at("STORE_TOKEN"), "planted");
  for (const Setting& setting : blueprint.settings)
    EXPECT_EQ(setting.value, setting.name == "APP_MODE" ? "plain" : "");
  EXPECT_EQ(write_json(blueprint.form).find("planted"), std::string::npos);
  for (const Diagnostic& warning : blueprint.warnings)
    EXPECT_EQ(warning.message.find("planted"), std::string::npos);
}

TEST(Settings, are_secret_when_a_part_of_the_server_reads_them_so) {
  const std::string headers = R"("environment_vars": {"KEEPING_MARK": "planted"})";
  EXPECT_EQ(blueprint_with(R"("capabilities": ["keeping"], )" + headers).secrets.size(), 1U);
  EXPECT_EQ(blueprint_with(headers).secrets.size(), 0U) << "nobody reads it";
}

TEST(Settings, are_no_secret_when_the_form_says_so) {
  const Setting setting = only_setting("MAX_TOKEN", R"({"value": "10", "secret": false})");
  EXPECT_FALSE(setting.secret);
  EXPECT_EQ(setting.value, "10");
}

TEST(Settings, leave_placeholders_blank_and_say_so) {
  const auto blueprint =
      blueprint_with(R"("environment_vars": {"API_KEY": "your-api-key", "MODE": "changeme"})");
  EXPECT_TRUE(blueprint.secrets.empty());
  EXPECT_TRUE(blueprint.settings[0].secret);
  EXPECT_FALSE(blueprint.settings[1].secret);
  EXPECT_EQ(blueprint.settings[1].value, "");
  ASSERT_EQ(blueprint.warnings.size(), 2U);
  EXPECT_EQ(blueprint.warnings[0].pointer, "/environment_vars/API_KEY");
}

class SettingMistake : public ::testing::TestWithParam<Mistake> {};

TEST_P(SettingMistake, is_named) {
  expect_mistake(form_with("\"environment_vars\": {" + GetParam().members + "}"), GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    All, SettingMistake,
    ::testing::Values(Mistake{R"("lower": "x")", "/environment_vars/lower"},
                      Mistake{R"("1ST": "x")", "/environment_vars/1ST"},
                      Mistake{R"("": "x")", "/environment_vars/"},
                      Mistake{R"("PATH": "x")", "/environment_vars/PATH", "decides what code runs"},
                      Mistake{R"("LD_PRELOAD": "x")", "/environment_vars/LD_PRELOAD"},
                      Mistake{R"("PYTHONPATH": "x")", "/environment_vars/PYTHONPATH"},
                      Mistake{R"("GIT_SSH_COMMAND": "x")", "/environment_vars/GIT_SSH_COMMAND"},
                      Mistake{R"("A": null)", "/environment_vars/A"},
                      Mistake{R"("A": ["x"])", "/environment_vars/A"},
                      Mistake{R"("A": {"value": null})", "/environment_vars/A/value"},
                      Mistake{R"("A": {"secrt": true})", "/environment_vars/A/secrt", "secret"},
                      Mistake{R"("A": {"secret": "yes"})", "/environment_vars/A/secret"},
                      Mistake{R"("A": "x\ny")", "/environment_vars/A", "A_FILE"},
                      Mistake{R"("A": "it's")", "/environment_vars/A", "A_FILE"},
                      Mistake{R"("A_KEY": "end\\")", "/environment_vars/A_KEY", "A_KEY_FILE"},
                      Mistake{R"("A_KEY": "\\\\h")", "/environment_vars/A_KEY", "A_KEY_FILE"},
                      Mistake{R"("A": {"value": "x\ty"})", "/environment_vars/A/value", "A_FILE"}));

TEST(SettingMistakes, do_not_repeat_a_secret) {
  const auto blueprint = testing::drafted(form_with(
      R"("environment_vars": {"KEY": "planted\nmore", "TOKEN": {"value": ["planted"]}})"));
  ASSERT_FALSE(blueprint);
  for (const Diagnostic& problem : blueprint.failure().diagnostics())
    EXPECT_EQ((problem.message + problem.hint).find("planted"), std::string::npos);
}

}  // namespace
}  // namespace crafter
