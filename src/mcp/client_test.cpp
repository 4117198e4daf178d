// The client against a server that works, and against every way in which one can be broken.

#include "mcp/client.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>
#include <tuple>

#include "os/sandbox.h"

namespace crafter::mcp {
namespace {

using namespace std::chrono_literals;

constexpr auto kLimit = 20s;

/// A fake server in a process of its own, and a client that has introduced itself.
struct Talk {
  std::unique_ptr<Child> child;
  std::unique_ptr<Transport> transport;
  std::unique_ptr<Client> client;
};

Talk talk(bool is_http, Era era, std::map<std::string, std::string> headers = {}) {
  Talk talk;
  Command command{.words = {"/usr/bin/python3", CRAFTER_SOURCE_DIR "/src/mcp/fake_server.py"}};
  if (is_http) command.words.emplace_back("--http");
  talk.child = *Child::start(command);
  if (is_http) {
    const int port = std::stoi(**talk.child->read_line(kLimit));
    talk.transport = http_transport([port] { return connect_loopback(port); },
                                    "127.0.0.1:" + std::to_string(port), "/mcp", era, headers);
  } else {
    talk.transport = stdio_transport(*talk.child);
  }
  auto client = Client::open(*talk.transport, era, kLimit);
  EXPECT_TRUE(client) << client.failure().message();
  if (client) talk.client = *std::move(client);
  return talk;
}

/// The codes of a failure, "ok" when there is none.
template <class T>
std::string codes(const Result<T>& result) {
  if (result) return "ok";
  std::string text = result.failure().fault() == Fault::unverified ? "" : "not unverified: ";
  for (const Diagnostic& one : result.failure().diagnostics())
    text += (text.empty() ? "" : " ") + one.code;
  return text;
}

class ClientTest : public testing::TestWithParam<std::tuple<std::string, std::string>> {
 protected:
  [[nodiscard]] bool is_http() const { return std::get<0>(GetParam()) == "http"; }
  [[nodiscard]] Era era() const {
    return std::get<1>(GetParam()) == "legacy" ? Era::legacy : Era::modern;
  }
  /// What a fresh server's fault looks like from here.
  [[nodiscard]] std::string fault(const std::string& name) const {
    const Talk here = talk(is_http(), era());
    return codes(here.client->request("fault/" + name, {}, kLimit));
  }
};

INSTANTIATE_TEST_SUITE_P(Over, ClientTest,
                         testing::Combine(testing::Values("stdio", "http"),
                                          testing::Values("legacy", "modern")),
                         [](const auto& is) {
                           return std::get<0>(is.param) + "_" + std::get<1>(is.param);
                         });

TEST_P(ClientTest, IntroducesItselfAndRemembersTheServer) {
  const Talk here = talk(is_http(), era());
  EXPECT_TRUE(find(here.client->server(), "capabilities"));
  EXPECT_EQ(find(here.client->server(), "serverInfo") != nullptr, era() == Era::legacy);
}

TEST_P(ClientTest, CollectsAllPagesOfAList) {
  const Talk here = talk(is_http(), era());
  const auto tools = here.client->list("tools/list", "tools", kLimit);
  ASSERT_TRUE(tools) << tools.failure().message();
  ASSERT_EQ(tools->size(), 3U);
  EXPECT_EQ(text_of((*tools)[2], "name"), "echo2");
  EXPECT_EQ(codes(here.client->list("loop/list", "tools", kLimit)), "mcp.pages");
  EXPECT_EQ(codes(here.client->list("tools/list", "prompts", kLimit)), "mcp.shape");
}

TEST_P(ClientTest, PutsTheErasEnvelopeOn) {
  const Talk here = talk(is_http(), era());
  const auto result =
      here.client->request("tools/call", {{"name", "echo"}, {"_meta", {{"mine", 1}}}}, kLimit);
  const Json* meta = at_pointer(*result, "/params/_meta");
  ASSERT_TRUE(meta);
  EXPECT_EQ(meta->get_object().size(), era() == Era::legacy ? 1U : 4U);
  EXPECT_EQ(text_of(*meta, "io.modelcontextprotocol/protocolVersion"),
            era() == Era::legacy ? "" : "2026-07-28");
}

TEST_P(ClientTest, AnErrorIsAFailureWithItsCode) {
  const Talk here = talk(is_http(), era());
  const auto result = here.client->request("no/such", {}, kLimit);
  EXPECT_EQ(codes(result), is_http() ? "mcp.error.-32601 mcp.http.404" : "mcp.error.-32601");
  EXPECT_EQ(result.failure().message(), "no/such: Method not found (-32601)");
  EXPECT_EQ(result.failure().diagnostics()[0].hint, R"(data: {"method":"no/such"})");
}

TEST_P(ClientTest, KeepsNotificationsThatComeBeforeTheResponse) {
  const Talk here = talk(is_http(), era());
  EXPECT_EQ(codes(here.client->request("fault/notify", {}, kLimit)), "ok");
  const auto notifications = here.transport->take_notifications();
  ASSERT_EQ(notifications.size(), 2U);
  EXPECT_EQ(*at_pointer(notifications[1], "/params/progress"), Json(2));
  EXPECT_TRUE(here.transport->take_notifications().empty());
}

TEST_P(ClientTest, WhatIsNoMessageOfThisExchangeIsNoise) {
  for (const char* name : {"noise", "wrong_id", "text_id", "both", "batch", "version", "latin"})
    EXPECT_EQ(fault(name), "mcp.noise") << name;
}

TEST_P(ClientTest, NoiseIsQuoted) {
  const Talk here = talk(is_http(), era());
  const auto result = here.client->request("fault/noise", {}, kLimit);
  EXPECT_NE(result.failure().message().find("\"a stray print\""), std::string::npos)
      << result.failure().message();
}

TEST_P(ClientTest, AnErrorWithoutIdAnswersTheRequestInFlight) {
  EXPECT_EQ(fault("null_id"), "mcp.error.-32600");
}

TEST_P(ClientTest, AResultIsAnObjectAndInTheModernEraComplete) {
  EXPECT_EQ(fault("not_object"), "mcp.shape");
  const Talk here = talk(is_http(), era());
  EXPECT_EQ(codes(here.client->request("odd/result_type", {}, kLimit)),
            era() == Era::legacy ? "ok" : "mcp.result_type");
}

TEST_P(ClientTest, ASilentServerFailsInTime) {
  const Talk here = talk(is_http(), era());
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(codes(here.client->request("fault/hang", {}, 100ms)), "mcp.time");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
}

TEST_P(ClientTest, AClosedConnectionIsSaid) { EXPECT_EQ(fault("close"), "mcp.closed"); }

TEST_P(ClientTest, StopsWhenAsked) {
  const Talk here = talk(is_http(), era());
  std::stop_source source;
  std::jthread stopper([&] { source.request_stop(); });
  const auto result = here.client->request("fault/hang", {}, kLimit, source.get_token());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.failure().fault(), Fault::cancelled);
}

TEST_P(ClientTest, AnswersWhatALegacyServerAsks) {
  const Talk here = talk(is_http(), era());
  const auto result = here.client->request("fault/ask", {}, kLimit);
  if (is_http() && era() == Era::modern) {
    EXPECT_EQ(codes(result), "mcp.noise");
    return;
  }
  ASSERT_TRUE(result) << result.failure().message();
  EXPECT_EQ(write_json(*find(*result, "replies")),
            R"([{"jsonrpc":"2.0","id":"s1","result":{}},{"jsonrpc":"2.0","id":2,)"
            R"("error":{"code":-32601,"message":"Method not found"}}])");
}

TEST_P(ClientTest, ExchangesRawMessages) {
  const Talk here = talk(is_http(), era());
  const auto response = here.transport->exchange(
      JsonObject{{"jsonrpc", "2.0"}, {"id", "x"}, {"method", "tools/list"}}, kLimit, {});
  ASSERT_TRUE(response);
  EXPECT_EQ(text_of(*response, "id"), "x");
}

TEST(StdioTest, ALineThatIsFarTooLongIsNoise) {
  const Talk here = talk(false, Era::modern);
  EXPECT_EQ(codes(here.client->request("fault/huge", {}, kLimit)), "mcp.noise");
}

TEST(StdioTest, AnUnfinishedLastLineIsNoise) {
  const Talk here = talk(false, Era::modern);
  EXPECT_EQ(codes(here.client->request("fault/unended", {}, kLimit)), "mcp.noise");
}

TEST(StdioTest, AServerThatGoesLeavesItsErrorsAsTheHint) {
  const Talk here = talk(false, Era::modern);
  const auto result = here.client->request("fault/close", {}, kLimit);
  EXPECT_EQ(result.failure().diagnostics()[0].hint, "boom on standard error\n");
}

TEST(StdioTest, ALateAnswerIsNoiseToTheNextRequest) {
  Command command{.words = {"/bin/sh", "-c",
                            "read -r x; read -r y; echo '{\"jsonrpc\":\"2.0\",\"id\":1,"
                            "\"result\":{}}'; read -r z"}};
  auto child = *Child::start(command);
  const auto transport = stdio_transport(*child);
  const auto request = [](int id) { return Json{{"jsonrpc", "2.0"}, {"id", id}, {"method", "m"}}; };
  EXPECT_EQ(codes(transport->exchange(request(1), 50ms, {})), "mcp.time");
  EXPECT_EQ(codes(transport->exchange(request(2), kLimit, {})), "mcp.noise");
}

TEST(ClientOpen, RefusesAServerOfAnotherVersion) {
  const auto open = [](const std::string& result, Era era) {
    Command command{.words = {"/bin/sh", "-c",
                              "read -r x; echo '{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":" +
                                  result + "}'; read -r y"}};
    auto child = *Child::start(command);
    const auto transport = stdio_transport(*child);
    return codes(Client::open(*transport, era, kLimit));
  };
  EXPECT_EQ(open(R"({"protocolVersion":"2024-11-05"})", Era::legacy), "mcp.version");
  EXPECT_EQ(open(R"({"protocolVersion":"2025-11-25","capabilities":{}})", Era::legacy),
            "mcp.shape");
  EXPECT_EQ(open(R"({"supportedVersions":["2026-07-28"],"capabilities":{}})", Era::modern),
            "mcp.result_type");
  EXPECT_EQ(open(R"({"resultType":"complete","supportedVersions":["2027-01-01"]})", Era::modern),
            "mcp.version");
  EXPECT_EQ(open(R"({"resultType":"complete","supportedVersions":["2026-07-28"]})", Era::modern),
            "mcp.shape");
}

class HttpTest : public testing::TestWithParam<std::pair<const char*, const char*>> {};

INSTANTIATE_TEST_SUITE_P(
    Faults, HttpTest,
    testing::Values(std::pair("sse", "ok"), std::pair("until_end", "ok"),
                    std::pair("continue", "ok"), std::pair("sse_cut", "mcp.closed"),
                    std::pair("cut_head", "mcp.closed"), std::pair("cut_body", "mcp.closed"),
                    std::pair("cut_chunk", "mcp.closed"), std::pair("bad_chunk", "mcp.http"),
                    std::pair("long_chunk", "mcp.http"), std::pair("smuggled", "mcp.http"),
                    std::pair("gzip", "mcp.http"), std::pair("bad_length", "mcp.http"),
                    std::pair("huge", "mcp.http"), std::pair("many", "mcp.http"),
                    std::pair("folded", "mcp.http"), std::pair("garbage", "mcp.http"),
                    std::pair("continues", "mcp.http"), std::pair("type", "mcp.http"),
                    std::pair("accepted", "mcp.http.202"), std::pair("moved", "mcp.http.301"),
                    std::pair("oops", "mcp.http.500"),
                    std::pair("else", "mcp.error.-32602 mcp.http.400")),
    [](const auto& is) { return is.param.first; });

TEST_P(HttpTest, GivesItsCode) {
  const Talk here = talk(true, Era::modern);
  const auto result = here.client->request(std::string("fault/") + GetParam().first, {}, kLimit);
  EXPECT_EQ(codes(result), GetParam().second) << (result ? "" : result.failure().message());
}

/// The request headers that the server saw, by name.
std::string header(const Json& result, std::string_view name) {
  const Json* headers = find(result, "headers");
  return headers == nullptr ? "" : std::string(text_of(*headers, name));
}

TEST(HttpHeaders, NameVersionMethodAndNameInTheModernEra) {
  const Talk here = talk(true, Era::modern, {{"Authorization", "Bearer abc"}});
  const auto call = *here.client->request("tools/call", {{"name", "echo"}}, kLimit);
  EXPECT_EQ(header(call, "MCP-Protocol-Version"), "2026-07-28");
  EXPECT_EQ(header(call, "Mcp-Method"), "tools/call");
  EXPECT_EQ(header(call, "Mcp-Name"), "echo");
  EXPECT_EQ(header(call, "Accept"), "application/json, text/event-stream");
  EXPECT_EQ(header(call, "Authorization"), "Bearer abc");
  EXPECT_EQ(header(call, "Mcp-Session-Id"), "");
  const auto read = *here.client->request("resources/read", {{"uri", "x://\xc3\xa9"}}, kLimit);
  EXPECT_EQ(header(read, "Mcp-Name"), "=?base64?eDovL8Op?=");
}

TEST(HttpHeaders, RepeatTheArgumentsThatTheSchemaNames) {
  const Talk here = talk(true, Era::modern);
  ASSERT_TRUE(here.client->list("tools/list", "tools", kLimit));
  const JsonObject arguments{{"city", " Oslo"}, {"deep", {{"day", 7}}}, {"list", {{{"no", "x"}}}}};
  const auto call =
      *here.client->request("tools/call", {{"name", "echo"}, {"arguments", arguments}}, kLimit);
  EXPECT_EQ(header(call, "Mcp-Param-City"), "=?base64?IE9zbG8=?=");
  EXPECT_EQ(header(call, "Mcp-Param-Day"), "7");
  EXPECT_EQ(header(call, "Mcp-Param-No"), "");
}

TEST(HttpHeaders, CarryTheSessionInTheLegacyEra) {
  const Talk here = talk(true, Era::legacy);
  const auto call = *here.client->request("tools/call", {{"name", "echo"}}, kLimit);
  EXPECT_EQ(header(call, "Mcp-Session-Id"), "session-1");
  EXPECT_EQ(header(call, "MCP-Protocol-Version"), "2025-11-25");
  EXPECT_EQ(header(call, "Mcp-Method"), "");
}

TEST(HttpTransport, NobodyListeningIsUnavailable) {
  const auto transport =
      http_transport([] { return connect_loopback(9); }, "127.0.0.1:9", "/mcp", Era::modern);
  const auto client = Client::open(*transport, Era::modern, kLimit);
  ASSERT_FALSE(client);
  EXPECT_EQ(client.failure().fault(), Fault::unavailable);
}

}  // namespace
}  // namespace crafter::mcp
