// What arrives in pieces: events, HTTP answers; and what stands in headers.

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <thread>

#include "mcp/header_value.h"
#include "mcp/http_answer.h"
#include "mcp/message.h"
#include "mcp/sse.h"

namespace crafter::mcp {
namespace {

using namespace std::chrono_literals;

/// "type/id:data;" of each event of a stream that comes in pieces of `size` bytes.
std::string events(std::string_view stream, std::size_t size, std::size_t limit = 1000) {
  SseReader reader(limit);
  std::string text;
  for (std::size_t at = 0; at < stream.size(); at += size) {
    reader.add(stream.substr(at, size));
    for (;;) {
      const auto event = reader.next();
      if (!event) return text + "failure";
      if (!*event) break;
      text += (*event)->type + "/" + (*event)->id + ":" + (*event)->data + ";";
    }
  }
  return text;
}

struct Stream {
  std::string_view bytes;
  std::string_view events;
};

class SseTest : public testing::TestWithParam<Stream> {};

INSTANTIATE_TEST_SUITE_P(
    Streams, SseTest,
    testing::Values(Stream{"data: a\n\n", "message/:a;"}, Stream{"data:a\r\n\r\n", "message/:a;"},
                    Stream{"data: a\rdata: b\r\rx", "message/:a\nb;"},
                    Stream{"data: a\n\ndata: b\n\n", "message/:a;message/:b;"},
                    Stream{"\xef\xbb\xbf"
                           "data: a\n\n",
                           "message/:a;"},
                    Stream{": comment\n\nid: 7\ndata:  a\n\n", "message/7: a;"},
                    Stream{"event: x\nid: 1\n\n", ""}, Stream{"event: x\ndata\n\n", "x/:;"},
                    Stream{"event:\ndata: a\n\n", "message/:a;"},
                    Stream{"retry: 5\nnonsense\n:\ndata: a\ndata:\n\n", "message/:a\n;"},
                    Stream{"data: unfinished\n", ""}, Stream{"data: a\n\r\n", "message/:a;"}));

TEST_P(SseTest, ReadsTheSameWhateverThePieces) {
  for (std::size_t size = 1; size <= GetParam().bytes.size(); ++size)
    EXPECT_EQ(events(GetParam().bytes, size), GetParam().events) << size;
}

TEST(SseReader, BoundsAnEvent) {
  const std::string line = "data: 0123456789\n";
  EXPECT_EQ(events(line + line + line + line, 5, 40), "failure");
  EXPECT_EQ(events("data: " + std::string(100, 'x'), 5, 40), "failure");
  EXPECT_EQ(events("data: x\n\ndata: y\n\ndata: z\n\n", 100, 10),
            "message/:x;message/:y;message/:z;");
}

/// The body of an answer whose bytes come in pieces of `size`, or the failure's code.
std::string body(std::string_view bytes, std::size_t size) {
  int ends[2];
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);  // keeps the pieces apart
  Connection client(ends[0]);
  const Patience patience(5s, {});
  const std::jthread server([&, connection = Connection(ends[1])]() mutable {
    for (std::size_t at = 0; at < bytes.size(); at += size)
      if (!connection.send(bytes.substr(at, size), patience)) return;
  });
  auto answer = HttpAnswer::begin(client, patience);
  if (!answer) return answer.failure().diagnostics()[0].code;
  const auto rest = answer->read_rest(50, patience);
  return rest ? std::to_string(answer->status()) + " " + *rest
              : rest.failure().diagnostics()[0].code;
}

struct Answer {
  std::string_view bytes;
  std::string_view body;
};

class HttpAnswerTest : public testing::TestWithParam<Answer> {};

INSTANTIATE_TEST_SUITE_P(
    Answers, HttpAnswerTest,
    testing::Values(
        Answer{"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", "200 abc"},
        Answer{"HTTP/1.1 200\r\ncontent-length:3\n\nabcdef", "200 abc"},
        Answer{"HTTP/1.0 404 No\r\n\r\nto the end", "404 to the end"},
        Answer{"HTTP/1.1 204 None\r\n\r\nabc", "204 "},
        Answer{"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n1\r\na\r\n2;x=y\r\nbc\r\n"
               "0\r\nT: x\r\n\r\n",
               "200 abc"},
        Answer{"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "200 "},
        Answer{"HTTP/1.1 103 Early\r\nA: b\r\n\r\nHTTP/1.1 200 OK\r\n\r\nx", "200 x"},
        Answer{"HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\n"
               "012345678901234567890123456789012345678901234567890123456789",
               "mcp.http"},
        Answer{"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabc", "mcp.closed"},
        Answer{"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc", "mcp.http"},
        Answer{"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n", "mcp.http"},
        Answer{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", "mcp.http"},
        Answer{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\na", "mcp.http"},
        Answer{"HTTP/1.1 200 OK\r\nName : x\r\n\r\n", "mcp.http"},
        Answer{"HTTP/2 200 OK\r\n\r\n", "mcp.http"}, Answer{"", "mcp.closed"}));

TEST_P(HttpAnswerTest, IsReadTheSameWhateverThePieces) {
  for (const std::size_t size : {1U, 2U, 3U, 7U, 10'000U})
    EXPECT_EQ(body(GetParam().bytes, size), GetParam().body) << size;
}

TEST(HeaderValue, IsEncodedOnlyWhereItMustBe) {
  EXPECT_EQ(header_value("get-weather"), "get-weather");
  EXPECT_EQ(header_value("a b ~!"), "a b ~!");
  EXPECT_EQ(header_value(""), "");
  EXPECT_EQ(header_value("gr\xc3\xbc\xc3\x9f"), "=?base64?Z3LDvMOf?=");
  EXPECT_EQ(header_value(" a"), "=?base64?IGE=?=");
  EXPECT_EQ(header_value("a "), "=?base64?YSA=?=");
  EXPECT_EQ(header_value("a\r\nX: y"), "=?base64?YQ0KWDogeQ==?=");
  EXPECT_EQ(header_value("=?base64?YQ==?="), "=?base64?PT9iYXNlNjQ/WVE9PT89?=");
}

TEST(Message, BlamesTheServerForSilenceOnly) {
  const Failure late = blame_server(Failure(Fault::unavailable, "os.time", "late"));
  EXPECT_EQ(late.fault(), Fault::unverified);
  EXPECT_EQ(late.diagnostics()[0].code, "mcp.time");
  EXPECT_EQ(blame_server(Failure(Fault::cancelled, "os.cancelled", "stop")).fault(),
            Fault::cancelled);
}

TEST(InboxTest, BoundsNotifications) {
  Inbox inbox;
  const std::string text = R"({"jsonrpc":"2.0","method":"notifications/x"})";
  for (int count = 0; count < 10'000; ++count) ASSERT_TRUE(inbox.sort(text, 1));
  EXPECT_EQ(inbox.sort(text, 1).failure().diagnostics()[0].code, "mcp.flood");
  EXPECT_EQ(inbox.take().size(), 10'000U);
  EXPECT_TRUE(inbox.sort(text, 1));
}

}  // namespace
}  // namespace crafter::mcp
