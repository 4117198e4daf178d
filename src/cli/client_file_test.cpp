// A server gets into a client's file, and nothing else of the file changes.

#include "cli/client_file.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace crafter::cli {
namespace {

const JsonObject kEntry{{"command", "/bin/mcp-crafter"}, {"args", JsonArray{"serve"}}};

Result<std::string> merged(std::string_view text, bool replace = false) {
  return with_entry(text, "mcp.json", {"mcpServers", "mine", kEntry}, replace);
}

/// The file without what we put there.
std::string without(const std::string& text, bool was_there) {
  Json value = *parse_json(text);
  JsonObject& servers = value.as_object().at("mcpServers").as_object();
  servers.erase("mine");
  if (!was_there) value.as_object().erase("mcpServers");
  return canonical_json(value);
}

TEST(ClientFile, ANewFileHoldsTheServerAlone) {
  for (const char* text : {"", " \n", "{}", "{ }\n"}) {
    const auto done = merged(text);
    ASSERT_TRUE(done) << text;
    EXPECT_EQ(done->substr(0, done->find_last_of('}') + 1),
              "{\n"
              "  \"mcpServers\": {\n"
              "    \"mine\": {\n"
              "      \"command\": \"/bin/mcp-crafter\",\n"
              "      \"args\": [\n"
              "        \"serve\"\n"
              "      ]\n"
              "    }\n"
              "  }\n"
              "}")
        << text;
  }
}

TEST(ClientFile, KeepsEverythingElseByteForByte) {
  struct Row {
    std::string text;
    bool has_section;
  };
  const std::vector<Row> rows = {
      {"{\"a\":1,\"mcpServers\":{\"b\":{\"url\":\"x\"}},\"big\":18446744073709551615}", true},
      {"{\n\t\"z\": 1.50,\n\t\"mcpServers\": {\n\t\t\"b\": {}\n\t},\n"
       "\t\"y\": \"\\u00e9 { \\\" }\"\n}\n",
       true},
      {"{\r\n    \"mcpServers\": {},\r\n    \"x\": [1, 2]\r\n}", true},
      {"{\"mcpServers\": {   }}", true},
      {"\n\n  {\n  \"other\": {\"mcpServers\": 7}\n  }", false},
      {"{\"only\": null}", false},
  };
  for (const Row& row : rows) {
    const auto done = merged(row.text);
    ASSERT_TRUE(done) << row.text << (done ? "" : done.failure().message());
    const auto value = parse_json(*done, "json", kTrusted);
    ASSERT_TRUE(value) << *done;
    EXPECT_EQ(*at_pointer(*value, "/mcpServers/mine"), Json(kEntry)) << *done;
    EXPECT_EQ(without(*done, row.has_section), canonical_json(*parse_json(row.text))) << *done;
    std::string left = *done;  // whatever was not white space is still there, in order
    std::size_t at = 0;
    for (const char byte : row.text) {
      if (std::string_view(" \t\r\n").find(byte) != std::string_view::npos) continue;
      at = left.find(byte, at);
      ASSERT_NE(at, left.npos) << row.text;
      ++at;
    }
    EXPECT_EQ(*merged(*done), *done) << "twice is once";
  }
}

TEST(ClientFile, KeepsWhatTheOldEntrySaysBesides) {
  const std::string text =
      "{\"mcpServers\": {\"mine\": {\"command\": \"old\", \"env\": {\"A\": \"}\\\"\"}, "
      "\"url\": \"http://x\"}, \"b\": {}}}";
  const auto refused = merged(text);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.failure().fault(), Fault::conflict);
  EXPECT_EQ(refused.failure().diagnostics().front().code, "client.taken");
  EXPECT_EQ(refused.failure().diagnostics().front().column, 17);
  const auto done = merged(text, /*replace=*/true);
  ASSERT_TRUE(done);
  const auto value = parse_json(*done);
  ASSERT_TRUE(value) << *done;
  EXPECT_EQ(*at_pointer(*value, "/mcpServers/mine/env/A"), Json("}\""));
  EXPECT_EQ(*at_pointer(*value, "/mcpServers/mine/command"), Json("/bin/mcp-crafter"));
  EXPECT_EQ(at_pointer(*value, "/mcpServers/mine/url"), nullptr);
  EXPECT_NE(at_pointer(*value, "/mcpServers/b"), nullptr);
}

TEST(ClientFile, RefusesWhatItCannotReadAndSaysWhere) {
  struct Row {
    std::string text;
    int line;
    int column;
  };
  const std::vector<Row> rows = {
      {"{\n  \"a\": 1,\n}", 2, 9},
      {"{\n  // mine\n  \"a\": 1\n}", 2, 3},
      {"[]", 1, 1},
      {"{\n  \"mcpServers\": []\n}", 2, 17},
      {"{\"mcpServers\": {\"mine\": 7}}", 1, 25},
  };
  for (const Row& row : rows) {
    const auto refused = merged(row.text, /*replace=*/true);
    ASSERT_FALSE(refused) << row.text;
    const Diagnostic& first = refused.failure().diagnostics().front();
    EXPECT_EQ(refused.failure().fault(), Fault::invalid_input);
    EXPECT_EQ(first.file, "mcp.json");
    EXPECT_EQ(first.line, row.line) << row.text << first.message;
    EXPECT_EQ(first.column, row.column) << row.text << first.message;
  }
}

}  // namespace
}  // namespace crafter::cli
