// .env: a table of values and how they stand there.

#include "install/env.h"

#include "install/fixture_test.h"

namespace crafter {
namespace {

std::string line_of(const std::string& value) {
  const std::string text = must(env_file({{"NAME", value}}));
  return text.substr(text.find('\n') + 1);
}

TEST(EnvFile, WritesValuesBareOrQuoted) {
  const std::pair<const char*, const char*> table[] = {
      {"", "NAME=\n"},
      {"abcXYZ019_./:@%+=,-", "NAME=abcXYZ019_./:@%+=,-\n"},
      {"two words", "NAME='two words'\n"},
      {" edge ", "NAME=' edge '\n"},
      {"$HOME `id` $(id)", "NAME='$HOME `id` $(id)'\n"},
      {"a#b", "NAME='a#b'\n"},
      {"say \"hi\"", "NAME='say \"hi\"'\n"},
      {"~user", "NAME='~user'\n"},
      {"C:\\temp\\new", "NAME='C:\\temp\\new'\n"},
      {"tab\tbed", "NAME='tab\tbed'\n"},
      {"gr\xc3\xbc\xc3\x9f", "NAME='gr\xc3\xbc\xc3\x9f'\n"},
  };
  for (const auto& [value, line] : table) EXPECT_EQ(line_of(value), line);
}

TEST(EnvFile, IsSortedBelowOneComment) {
  EXPECT_EQ(must(env_file({{"B", "2"}, {"A", "1"}})),
            "# Secrets of this server: not for version control, not for images.\nA=1\nB=2\n");
}

TEST(EnvFile, RefusesWhatTheReadersDisagreeAboutWithoutShowingIt) {
  for (const std::string value :
       {"it's", "two\nlines", "two\rlines", "\x1b[0m", "\x7f", "end\\", "double\\\\backslash"}) {
    const Failure failure = refusal(env_file({{"API_KEY", value}}));
    EXPECT_EQ(failure.fault(), Fault::invalid_input);
    EXPECT_EQ(failure.message(), "the value of API_KEY cannot stand in a .env file");
    EXPECT_EQ(failure.diagnostics().front().hint, "put it into a file and set API_KEY_FILE");
  }
}

}  // namespace
}  // namespace crafter
