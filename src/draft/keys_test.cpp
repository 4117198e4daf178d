// Secrets are known by name and shape, places for them by their wording.

#include "draft/keys.h"

#include <gtest/gtest.h>

#include "draft/testing.h"
#include "draft/wildcard.h"

namespace crafter {
namespace {

using testing::catalog;

TEST(SecretName, has_a_word_of_secrets) {
  for (const char* name : {"API_KEY", "KEY", "STORE_TOKEN", "DB_PASSWORD", "DBPASSWORD", "APIKEY",
                           "CLIENT_SECRET_V2", "SMTP_PWD", "AWS_CREDENTIALS", "PRIVATE_PEM"})
    EXPECT_TRUE(is_secret_name(name, catalog())) << name;
  for (const char* name : {"APP_MODE", "REGION", "MAX_TOKENS", "API_KEY_FILE", "KEYBOARD_LAYOUT"})
    EXPECT_FALSE(is_secret_name(name, catalog())) << name;
}

TEST(Password, stands_in_an_address) {
  EXPECT_TRUE(has_password("postgresql://u:p@host/db"));
  EXPECT_TRUE(has_password("redis://:p@host:6379/0"));
  for (const char* text : {"redis://localhost:6379/0", "https://user@host", "https://u:@host",
                           "https://host/a:b@c", "mailto:a@b", "u:p@host"})
    EXPECT_FALSE(has_password(text)) << text;
}

TEST(Placeholder, only_holds_a_place) {
  for (const char* text : {"your-api-key", "YOUR_KEY", "your key here", "changeme", "Change-Me",
                           "<token>", "xxx", "xxxx-xxxx", "sk-your-key", "placeholder", "...",
                           "replace-me", "{{ token }}", " changeme "})
    EXPECT_TRUE(is_placeholder(text, catalog())) << text;
  for (const char* text : {"", "yours", "production", "planted-value-93114", "a<b>", "exam",
                           "replace-all", "***", "redis://localhost:6379/0"})
    EXPECT_FALSE(is_placeholder(text, catalog())) << text;
}

TEST(Key, is_known_by_its_shape) {
  const std::string body(40, 'A');
  EXPECT_EQ(key_in("token = 'ghp_" + body + "'", catalog()), "ghp_");
  EXPECT_EQ(key_in("AKIA" + body, catalog()), "AKIA");
  EXPECT_EQ(key_in("x\n-----BEGIN RSA PRIVATE KEY-----\n", catalog()), "-----BEGIN");
  for (const std::string& text : {std::string("ghp_short"), "task-" + body, "xghp_" + body,
                                  std::string("-----BEGIN CERTIFICATE-----"), std::string()})
    EXPECT_EQ(key_in(text, catalog()), "") << text;
}

TEST(Wildcard, stands_for_any_text) {
  for (const auto& [text, pattern] : {std::pair("abc", "abc"),
                                      {"abc", "a*"},
                                      {"abc", "*c"},
                                      {"abc", "*"},
                                      {"", "*"},
                                      {"aXbXc", "a*b*c"},
                                      {"abab", "*ab"}})
    EXPECT_TRUE(fits_wildcard(text, pattern)) << text << " " << pattern;
  for (const auto& [text, pattern] :
       {std::pair("abc", "ab"), {"abc", "b*"}, {"", "a"}, {"abc", "a*d"}, {"aba", "*ab"}})
    EXPECT_FALSE(fits_wildcard(text, pattern)) << text << " " << pattern;
}

}  // namespace
}  // namespace crafter
