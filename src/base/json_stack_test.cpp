// The quick way to read JSON finds the same values, and refuses the same texts, as the one that
// explains.

#include "base/json_stack.h"

#include <gtest/gtest.h>

#include <random>

#include "base/document.h"

namespace crafter {
namespace {

std::string object_of(int members, std::string_view last) {
  std::string text = "{";
  for (int i = 0; i < members; ++i) text += "\"m" + std::to_string(i) + "\":{\"a\":1},";
  return text + std::string(last) + "}";
}

void expect_same(const std::string& text, const Limits& limits = {}) {
  const auto quick = parse_json(text, "x", limits);
  const auto explained = read_json(text, "x", limits);
  ASSERT_EQ(static_cast<bool>(quick), static_cast<bool>(explained)) << text;
  if (quick) {
    EXPECT_EQ(write_json(*quick), write_json(explained->value)) << text;
    return;
  }
  EXPECT_EQ(quick.failure().message(), explained.failure().message()) << text;
}

TEST(JsonStack, FindsANameThatStandsTwice) {
  for (const std::string& text :
       {std::string(R"({"a":1,"a":1})"), std::string(R"({"a":{},"b":[{"c":1,"c":{"d":{}}}]})"),
        std::string(R"({"a":1,"\u0061":2})"), std::string(R"([[{"a":{"b":1},"a":{"c":1}}]])"),
        object_of(17, R"("m0":1)"), object_of(40, R"("m39":1)"),
        object_of(40, R"("m0":{"a":1})")}) {
    EXPECT_FALSE(parse_json(text)) << text;
    expect_same(text);
  }
  EXPECT_TRUE(parse_json(object_of(40, R"("m40":1)")));
}

TEST(JsonStack, KnowsTheSameLimits) {
  const std::string text = R"({"name":["four",{"b":1}],"c":-0.5})";
  for (std::size_t limit = 0; limit < 40; ++limit) {
    expect_same(text, {.bytes = limit});
    expect_same(text, {.depth = limit});
    expect_same(text, {.nodes = limit});
    expect_same(text, {.string_bytes = limit});
  }
}

TEST(JsonStack, HoldsMoreThanItsFirstBlock) {
  std::string text = "[";
  for (int i = 0; i < 5000; ++i) text += "[\"" + std::string(30, 'x') + "\",1e3,true],";
  expect_same(text + "null]");
}

TEST(JsonStack, AgreesOnMutatedTexts) {
  const std::string seed = R"({"a":[1,-2.5e3,{"a":null,"b":1}],"b":{"c":"","d":[[],{}]},"c":"\n"})";
  const std::string letters = "{}[]\",:\\abc0.-+ \x01\xC3";
  std::mt19937 random(7);
  for (int i = 0; i < 50'000; ++i) {
    std::string text = seed;
    for (auto edits = random() % 3 + 1; edits > 0; --edits) {
      const std::size_t at = random() % text.size();
      if (random() % 2 == 0)
        text[at] = letters[random() % letters.size()];
      else
        text.erase(at, random() % 3);
    }
    expect_same(text);
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace crafter
