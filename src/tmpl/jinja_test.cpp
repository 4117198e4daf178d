// Replays what Jinja2 said about some hundred templates (tests/tmpl/check_jinja.py).

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "tmpl/tmpl.h"

namespace crafter {
namespace {

TEST(Jinja, MeansTheSame) {
  std::ifstream file(CRAFTER_SOURCE_DIR "/tests/tmpl/cases.json");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto fixture = parse_json(text, "cases.json", kTrusted);
  ASSERT_TRUE(fixture);
  const Json& facts = fixture->at("facts");
  for (const Json& one : fixture->at("cases").as_array()) {
    const std::string_view source = text_of(one, "template");
    const auto parsed = Template::parse(source, "case", TemplateLanguage::plain);
    const auto out = parsed ? parsed->render(facts) : parsed.failure();
    EXPECT_EQ(static_cast<bool>(out), find(one, "output") != nullptr)
        << source << "\n"
        << (out ? *out : out.failure().message());
    if (out) {
      EXPECT_EQ(*out, text_of(one, "output")) << source;
    }
  }
}

}  // namespace
}  // namespace crafter
