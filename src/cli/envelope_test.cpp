// The envelope: its keys, and that it stays small whatever is in it.

#include "cli/envelope.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace crafter::cli {
namespace {

TEST(Envelope, OfASuccess) {
  const Answer answer{.data = {{"a", 1}}};
  EXPECT_EQ(write_json(envelope("list", answer)),
            R"({"ok":true,"command":"list","data":{"a":1},"warnings":[],"error":null})");
}

TEST(Envelope, OfAFailure) {
  const Answer answer{.failure = Failure(Fault::not_found, "server.unknown", "no server x")};
  EXPECT_EQ(write_json(envelope("info", answer)),
            R"({"ok":false,"command":"info","data":null,"warnings":[],"error":)"
            R"({"code":"not_found","message":"no server x","diagnostics":[{"severity":"error",)"
            R"("code":"server.unknown","pointer":"","file":"","line":1,"column":1,)"
            R"("message":"no server x","hint":null}]}})");
}

TEST(Envelope, StaysBelow64KiBWhateverIsWrong) {
  const Diagnostic huge{.code = "form.text",
                        .pointer = "/" + std::string(100'000, 'p'),
                        .file = "form.json",
                        .message = std::string(300'000, '\x01'),
                        .hint = std::string(300'000, 'h')};
  Answer answer{.warnings = std::vector<Diagnostic>(20, huge)};
  answer.failure = Failure(Fault::invalid_input, std::vector<Diagnostic>(20, huge));
  EXPECT_LT(write_json(envelope("create", answer)).size(), 65'536U);
}

TEST(Brief, KeepsTheFirstAndSaysHowManyMoreThereAre) {
  std::vector<Diagnostic> many(350, {.code = "a", .file = "f.json", .message = "m"});
  const auto kept = brief(many, kMostBytes);
  ASSERT_EQ(kept.size(), 201U);
  EXPECT_EQ(kept.back().message, "and 150 more");
  EXPECT_EQ(brief({many.begin(), many.begin() + 200}, kMostBytes).size(), 200U);
}

TEST(Brief, CutsTextsBetweenCharacters) {
  std::string text;
  for (int i = 0; i < 3'000; ++i) text += "ü";
  for (const char* before : {"", "x"}) {
    const auto kept = brief({{.code = "a", .message = before + text}}, kMostBytes);
    EXPECT_FALSE(find_invalid_utf8(kept.front().message));
    EXPECT_LT(kept.front().message.size(), 4'100U);
  }
}

}  // namespace
}  // namespace crafter::cli
