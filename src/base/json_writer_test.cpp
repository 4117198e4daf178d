// JSON as text: exact numbers, escapes, layout, canonical form.

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <random>

#include "base/json.h"

namespace crafter {
namespace {

TEST(WriteJson, SpellsDoublesLikePython) {
  const std::pair<double, const char*> rows[] = {
      {21.5, "21.5"},       {1.0, "1.0"},
      {1e300, "1e+300"},    {-0.0, "-0.0"},
      {100000, "100000.0"}, {1e15, "1000000000000000.0"},
      {1e16, "1e+16"},      {0.0001, "0.0001"},
      {0.00001, "1e-05"},   {5e-324, "5e-324"},
      {0.1, "0.1"},         {1.7976931348623157e308, "1.7976931348623157e+308"}};
  for (const auto& [number, text] : rows) EXPECT_EQ(write_json(number), text);
}

TEST(WriteJson, KeepsEveryDouble) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 200'000; ++i) {
    const double number = std::bit_cast<double>(random());
    if (!std::isfinite(number)) continue;
    const auto back = parse_json(write_json(number));
    ASSERT_TRUE(back && back->is_double()) << write_json(number);
    ASSERT_EQ(std::bit_cast<std::uint64_t>(back->get_double()),
              std::bit_cast<std::uint64_t>(number));
  }
}

TEST(WriteJson, MendsWhatIsNoUtf8) {
  EXPECT_EQ(write_json(Json(std::string_view("caf\xE9 \xC3\xA9\xFF"))),
            "\"caf\xEF\xBF\xBD \xC3\xA9\xEF\xBF\xBD\"");
  EXPECT_EQ(write_json(JsonObject{{"\xFF", 1}}), "{\"\xEF\xBF\xBD\":1}");
}

TEST(WriteJson, EscapesOnlyWhatMustBe) {
  EXPECT_EQ(write_json(Json(std::string_view("\0\x1F\x7F/\"\\\b\f\n\r\t\xC3\xA9\xE2\x80\xA8", 16))),
            "\"\\u0000\\u001f\x7F/\\\"\\\\\\b\\f\\n\\r\\t\xC3\xA9\xE2\x80\xA8\"");
}

TEST(WritePrettyJson, IndentsByTwoAndKeepsEmptyContainersShort) {
  const Json value = *parse_json(R"({"a":[],"b":{},"c":[1,{"d":"x"}],"e":[[]]})");
  EXPECT_EQ(write_pretty_json(value), R"({
  "a": [],
  "b": {},
  "c": [
    1,
    {
      "d": "x"
    }
  ],
  "e": [
    []
  ]
}
)");
  EXPECT_EQ(write_pretty_json(nullptr), "null\n");
}

TEST(CanonicalJson, IsEqualForEqualValues) {
  const std::pair<const char*, const char*> rows[] = {
      {R"({"b":1.0,"a":{"d":2,"c":3}})", R"({"a":{"c":3,"d":2},"b":1})"},
      {"[-0.0,1e3,1e19,1e300,0.5]", "[0,1000,10000000000000000000,1e+300,0.5]"},
      {R"({"é":1,"z":2,"A":3})", R"({"A":3,"z":2,"é":1})"}};
  for (const auto& [text, canonical] : rows)
    EXPECT_EQ(canonical_json(*parse_json(text)), canonical);
}

}  // namespace
}  // namespace crafter
