// The server's side of the wire, in pieces: lines, heads, chunks, messages, values, templates.

#include <gtest/gtest.h>

#include "mcp/header_value.h"
#include "mcp/http_gate.h"
#include "mcp/http_head.h"
#include "mcp/lines.h"
#include "mcp/question.h"
#include "mcp/rpc.h"
#include "mcp/sieve.h"
#include "mcp/uri_template.h"

namespace crafter::mcp {
namespace {

/// "line;" of each, "!;" of one that is too long, from a stream that comes in pieces of `size`.
std::string lines_of(std::string_view stream, std::size_t size, std::size_t limit) {
  LineReader reader(limit);
  std::string found;
  const auto tell = [&](const LineReader::Line& line) {
    found.append(line.is_too_long ? "!" : line.text).append(";");
  };
  for (std::size_t at = 0; at < stream.size(); at += size) {
    reader.add(stream.substr(at, size));
    while (const auto line = reader.next()) tell(*line);
  }
  if (const auto line = reader.last()) tell(*line);
  return found;
}

TEST(LineReader, ReadsTheSameWhateverThePieces) {
  const std::string stream =
      "a\n\nbb\r\n0123456789\n01234567890\nc\n0123456789012345678901234567890\nd";
  for (std::size_t size = 1; size <= stream.size(); ++size)
    EXPECT_EQ(lines_of(stream, size, 10), "a;;bb\r;0123456789;!;c;!;d;") << size;
}

TEST(LineReader, EndsWithWhatIsLeft) {
  EXPECT_EQ(lines_of("", 1, 10), "");
  EXPECT_EQ(lines_of("a\n", 1, 10), "a;");
  EXPECT_EQ(lines_of("01234567890123456789", 3, 10), "!;");
}

/// The status of a flaw, 0 for a head, -1 when it is not whole.
int status_of_head(std::string_view bytes) {
  const auto read = read_head(bytes, {.head = 200, .fields = 4, .body = 100});
  if (const auto* flaw = std::get_if<HttpFlaw>(&read)) return flaw->status;
  return std::holds_alternative<HttpHead>(read) ? 0 : -1;
}

TEST(HttpHead, IsNotWholeUntilItsLastByte) {
  const std::string_view head = "POST /mcp HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n";
  for (std::size_t size = 0; size < head.size(); ++size)
    EXPECT_EQ(status_of_head(head.substr(0, size)), -1) << size;
  EXPECT_EQ(status_of_head(head), 0);
  EXPECT_EQ(status_of_head(std::string(200, 'x')), 431);
}

TEST(HttpHead, IsTakenApart) {
  const auto read = read_head(
      "POST /mcp?q=1 HTTP/1.1\r\nhOsT:\t a \r\nContent-Length: 05\r\nConnection: Close\r\n\r\nrest",
      {});
  const auto& head = std::get<HttpHead>(read);
  EXPECT_EQ(head.method, "POST");
  EXPECT_EQ(head.path, "/mcp");
  EXPECT_EQ(head.field("Host"), "a");
  EXPECT_EQ(head.field("Hos"), std::nullopt);
  EXPECT_EQ(head.length, 5U);
  EXPECT_FALSE(head.is_kept_alive);
}

/// The body that chunks make, in pieces of `size`; a flaw's status as text.
std::string unchunked(std::string_view bytes, std::size_t size) {
  ChunkReader reader(20);
  std::string waiting;
  for (std::size_t at = 0; at < bytes.size() && !reader.is_whole(); at += size) {
    waiting += bytes.substr(at, size);
    const auto taken = reader.take(waiting);
    if (const auto* flaw = std::get_if<HttpFlaw>(&taken)) return std::to_string(flaw->status);
    waiting.erase(0, std::get<std::size_t>(taken));
  }
  return reader.is_whole() ? "=" + reader.body() : "...";
}

struct Chunks {
  std::string_view bytes;
  std::string_view body;
};

class ChunkTest : public testing::TestWithParam<Chunks> {};

INSTANTIATE_TEST_SUITE_P(
    Bodies, ChunkTest,
    testing::Values(Chunks{"0\r\n\r\n", "="}, Chunks{"3\r\nabc\r\n0\r\n\r\n", "=abc"},
                    Chunks{"3;x=\"y\"\r\nabc\r\n00\r\nA: b\r\n\r\n", "=abc"},
                    Chunks{"A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n",
                           "=01234567890123456789"},
                    Chunks{"A\r\n0123456789\r\nb\r\n0123456789a\r\n0\r\n\r\n", "413"},
                    Chunks{"3\r\nabc", "..."}, Chunks{"3\r\nabcd\r\n0\r\n\r\n", "400"},
                    Chunks{"\r\n", "400"}, Chunks{"g\r\n", "400"}, Chunks{"0x3\r\nabc\r\n", "400"},
                    Chunks{"3\nabc\n", "400"}, Chunks{"ffffffffffffffff\r\n", "413"},
                    Chunks{"fffffffffffffffff\r\n", "400"}, Chunks{"+3\r\nabc\r\n", "400"}));

TEST_P(ChunkTest, AreReadTheSameWhateverThePieces) {
  for (std::size_t size = 1; size <= GetParam().bytes.size(); ++size)
    EXPECT_EQ(unchunked(GetParam().bytes, size), GetParam().body) << size;
}

TEST(HeaderValue, ComesBackAsItWas) {
  for (const char* text : {"", "plain", " padded ", "Z\xc3\xbcrich", "=?base64?YQ==?=", "a\nb"})
    EXPECT_EQ(read_header_value(header_value(text)), text);
  EXPECT_EQ(read_header_value("=?base64?=?="), std::nullopt);
  EXPECT_EQ(read_header_value("=?base64?="), "=?base64?=");
}

TEST(Capability, IsFoundByItsPath) {
  const JsonObject has =
      parse_json(R"({"sampling":{"tools":{}},"extensions":{"a.b/c":{}}})")->get_object();
  EXPECT_TRUE(has_capability(has, "sampling"));
  EXPECT_TRUE(has_capability(has, "sampling/tools"));
  EXPECT_TRUE(has_capability(has, "extensions/a.b/c"));
  EXPECT_FALSE(has_capability(has, "elicitation"));
  EXPECT_FALSE(has_capability(has, "sampling/context"));
  EXPECT_FALSE(has_capability(has, "extensions/a.b"));
  EXPECT_EQ(write_json(Json(capability_object("extensions/a.b/c"))),
            R"({"extensions":{"a.b/c":{}}})");
}

TEST(FlawOfAnswer, LooksAtShapeAndSchema) {
  const Question form =
      elicitation("?", parse_json(R"({"type":"object","required":["a"]})")->get_object());
  const auto is_good = [&](std::string_view text) {
    return flaw_of_answer(form, *parse_json(text)).empty();
  };
  EXPECT_TRUE(is_good(R"({"action":"accept","content":{"a":1}})"));
  EXPECT_TRUE(is_good(R"({"action":"decline"})"));
  EXPECT_FALSE(is_good(R"({"action":"accept","content":{}})"));
  EXPECT_FALSE(is_good(R"({"action":"accept"})"));
  EXPECT_FALSE(is_good(R"({"action":"ok"})"));
  EXPECT_FALSE(is_good("7"));
  EXPECT_FALSE(flaw_of_answer(roots(), *parse_json(R"({"roots":{}})")).size() == 0);
}

/// The variables of `uri`, or "none".
std::string match(std::string_view pattern, std::string_view uri) {
  const auto parsed = UriTemplate::parse(pattern);
  if (!parsed) return "failure";
  const auto found = parsed->match(uri);
  return found ? write_json(Json(*found)) : "none";
}

TEST(UriTemplate, MatchesSegmentsAndPaths) {
  EXPECT_EQ(match("a://{x}/y", "a://1/y"), R"({"x":"1"})");
  EXPECT_EQ(match("a://{x}/{y}", "a://1/2"), R"({"x":"1","y":"2"})");
  EXPECT_EQ(match("a://{x}/{y}", "a://1/2/3"), "none");
  EXPECT_EQ(match("a://{x}/{+y}", "a://1/2/3"), R"({"x":"1","y":"2/3"})");
  EXPECT_EQ(match("a://{+y}.md", "a://b.md/c.md"), R"({"y":"b.md/c"})");
  EXPECT_EQ(match("a://x", "a://x"), "{}");
  EXPECT_EQ(match("a://{x}", "a://%41%2e"), R"({"x":"A."})");
  for (const char* uri : {"a://", "a://1%2F2", "a://%00", "a://%zz", "a://%4", "b://1"})
    EXPECT_EQ(match("a://{x}", uri), "none") << uri;
  for (const char* pattern : {"a://{", "a://{}", "a://{x}{y}", "a://{?x}", "a://{x*}", "a://{x:3}"})
    EXPECT_EQ(match(pattern, "a://1"), "failure") << pattern;
}

TEST(Sieve, LeavesTheNewestLegacyRevisionItsOwn) {
  JsonObject result = parse_json(R"({"resultType":"complete","ttlMs":1,"cacheScope":"public",
    "_meta":{"mine":1},
    "tools":[{"name":"a","title":"A","icons":[],"outputSchema":{"type":"array"}}]})")
                          ->get_object();
  sieve("2025-11-25", "tools/list", result);
  EXPECT_EQ(write_json(Json(result)),
            R"({"tools":[{"name":"a","title":"A","icons":[]}],"_meta":{"mine":1}})");
}

TEST(Loopback, IsNamedInThreeWays) {
  EXPECT_TRUE(is_loopback_host("localhost"));
  EXPECT_TRUE(is_loopback_host("[::1]:80"));
  EXPECT_FALSE(is_loopback_host("localhost:"));
  EXPECT_FALSE(is_loopback_host("[::1]80"));
  EXPECT_FALSE(is_loopback_host("example.com"));
}

}  // namespace
}  // namespace crafter::mcp
