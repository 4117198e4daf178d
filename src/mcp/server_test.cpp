// A server in this process: what may be offered, who may see what, how it ends.

#include "mcp/server.h"

#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "base/seal.h"
#include "mcp/client.h"
#include "mcp/http_server.h"
#include "os/connection.h"
#include "os/sandbox.h"

namespace crafter::mcp {
namespace {

using namespace std::chrono_literals;

Tool tool(std::string name) {
  return {.name = std::move(name), .description = "a tool", .run = [](Call& call) {
            return Result<ToolResult>(ToolResult("for " + call.principal()));
          }};
}

JsonObject object(std::string_view text) { return parse_json(text)->get_object(); }

struct Offer {
  std::string_view name;
  std::function<void(Tool&)> change;
};

void PrintTo(const Offer& offer, std::ostream* out) { *out << offer.name; }

class OfferTest : public testing::TestWithParam<Offer> {};

INSTANTIATE_TEST_SUITE_P(
    Tools, OfferTest,
    testing::Values(
        Offer{"no name", [](Tool& o) { o.name = ""; }},
        Offer{"a name with a blank", [](Tool& o) { o.name = "a b"; }},
        Offer{"too long a name", [](Tool& o) { o.name = std::string(129, 'a'); }},
        Offer{"nothing to run", [](Tool& o) { o.run = {}; }},
        Offer{"no input type", [](Tool& o) { o.input = {}; }},
        Offer{"a list as input", [](Tool& o) { o.input = {{"type", "array"}}; }},
        Offer{"no schema", [](Tool& o) { o.input = {{"type", "object"}, {"required", 7}}; }},
        Offer{"a reference to nowhere",
              [](Tool& o) { o.input = {{"type", "object"}, {"$ref", "#/$defs/none"}}; }},
        Offer{"a wrong output", [](Tool& o) { o.output = {{"type", "thing"}}; }},
        Offer{"an empty header",
              [](Tool& o) {
                o.input = object(R"({"type":"object","properties":
                    {"a":{"type":"string","x-mcp-header":""}}})");
              }},
        Offer{"a header with a blank",
              [](Tool& o) {
                o.input = object(R"({"type":"object","properties":
                    {"a":{"type":"string","x-mcp-header":"A B"}}})");
              }},
        Offer{"a header twice",
              [](Tool& o) {
                o.input = object(R"({"type":"object","properties":{
                    "a":{"type":"string","x-mcp-header":"A"},
                    "b":{"type":"object","properties":{
                        "c":{"type":"string","x-mcp-header":"a"}}}}})");
              }},
        Offer{"a header of a number", [](Tool& o) {
                o.input = object(R"({"type":"object","properties":
                    {"a":{"type":"number","x-mcp-header":"A"}}})");
              }}));

TEST_P(OfferTest, IsRefusedAsInvalid) {
  Server server({.name = "test", .version = "1"});
  Tool offered = tool("good");
  GetParam().change(offered);
  const auto added = server.add(std::move(offered));
  ASSERT_FALSE(added);
  EXPECT_EQ(added.failure().fault(), Fault::invalid_input);
}

/// A server on a port of its own, that knows two users by their tokens.
class Served {
 public:
  explicit Served(Server& server, HttpOptions options = {}) {
    options.authenticate = [](std::string_view token) {
      if (equal_secret(token, "token-of-ada")) return Verdict{.principal = "ada"};
      if (equal_secret(token, "token-of-eve")) return Verdict{.principal = "eve"};
      return Verdict{.status = token == "small" ? 403 : 401, .challenge = "Bearer realm=\"x\""};
    };
    auto opened = HttpServer::open(server, std::move(options));
    EXPECT_TRUE(opened);
    http_ = *std::move(opened);
    thread_ = std::jthread([this](const std::stop_token& stop) { EXPECT_TRUE(http_->run(stop)); });
  }

  std::unique_ptr<Transport> transport(Era era, const std::string& user) const {
    return http_transport([port = http_->port()] { return connect_loopback(port); }, "localhost",
                          "/mcp", era, {{"Authorization", "Bearer " + user}});
  }

  /// The answer to bytes on a connection of their own, as far as it comes within a while.
  std::string raw(std::string_view bytes) const {
    const auto socket = connect_loopback(http_->port());
    EXPECT_TRUE(socket);
    Connection connection(*socket);
    const Patience patience(10s, {});
    EXPECT_TRUE(connection.send(bytes, patience));
    std::string all;
    for (;;) {
      const auto more = connection.receive(patience);
      if (!more || more->empty()) return all;
      all += *more;
    }
  }

  void stop() {
    thread_.request_stop();
    thread_.join();
  }

 private:
  std::unique_ptr<HttpServer> http_;
  std::jthread thread_;
};

std::string called(Transport& transport, Era era, std::string_view name) {
  auto client = Client::open(transport, era, 10s);
  if (!client) return client.failure().diagnostics().back().code;
  auto result = (*client)->request("tools/call", {{"name", name}}, 10s);
  if (!result) return result.failure().diagnostics()[0].code;
  return std::string(text_of(*at_pointer(*result, "/content/0"), "text"));
}

TEST(HttpServer, ServesOurOwnClientInBothEras) {
  Server server({.name = "test", .version = "1"});
  ASSERT_TRUE(server.add(tool("who")));
  const Served served(server);
  for (const Era era : {Era::legacy, Era::modern}) {
    EXPECT_EQ(called(*served.transport(era, "token-of-ada"), era, "who"), "for ada");
    EXPECT_EQ(called(*served.transport(era, "token-of-eve"), era, "who"), "for eve");
    EXPECT_EQ(called(*served.transport(era, "token"), era, "who"), "mcp.http.401");
    EXPECT_EQ(called(*served.transport(era, ""), era, "who"), "mcp.http.401");
    EXPECT_EQ(called(*served.transport(era, "small"), era, "who"), "mcp.http.403");
  }
}

TEST(HttpServer, ChallengesWhoeverHasNoToken) {
  Server server({.name = "test", .version = "1"});
  const Served served(server);
  const std::string answer =
      served.raw("GET /nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 401 "));
  EXPECT_NE(answer.find("WWW-Authenticate: Bearer realm=\"x\"\r\n"), std::string::npos);
}

TEST(HttpServer, TellsClientsThatAreTooSlow) {
  Server server({.name = "test", .version = "1"});
  const Served served(server, {.request_time = 500ms, .idle_time = 500ms});
  EXPECT_TRUE(served.raw("POST /mcp HTTP/1.1\r\nHost: loc").starts_with("HTTP/1.1 408 "));
  EXPECT_EQ(served.raw(""), "");
}

TEST(HttpServer, PagesThroughLists) {
  Server server({.name = "test", .version = "1"}, {.page_size = 3});
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(server.add(tool("t" + std::to_string(i))));
  server.remove_tool("t4");
  const Served served(server);
  const auto transport = served.transport(Era::modern, "token-of-ada");
  auto client = Client::open(*transport, Era::modern, 10s);
  ASSERT_TRUE(client);
  const auto tools = (*client)->list("tools/list", "tools", 10s);
  ASSERT_TRUE(tools);
  ASSERT_EQ(tools->size(), 9U);
  EXPECT_EQ(text_of(tools->at(4), "name"), "t5");
}

TEST(HttpServer, KeepsTasksFromOthers) {
  constexpr std::string_view kTasks = "io.modelcontextprotocol/tasks";
  Server server({.name = "test", .version = "1"});
  Tool long_one = tool("long");
  long_one.task = Task::allowed;
  long_one.run = [](Call& call) -> Result<ToolResult> {
    call.detach();
    TRY(call.wait(30s));
    return ToolResult("late");
  };
  ASSERT_TRUE(server.add(std::move(long_one)));
  const Served served(server);
  const auto ask = [&](const std::string& user, std::string_view method, JsonObject params) {
    params["_meta"] = JsonObject{{"io.modelcontextprotocol/protocolVersion", "2026-07-28"},
                                 {"io.modelcontextprotocol/clientCapabilities",
                                  JsonObject{{"extensions", JsonObject{{kTasks, JsonObject()}}}}}};
    const Json* named = params.if_contains(params.contains("name") ? "name" : "taskId");
    const std::string name(named->get_string());
    const std::string body = write_json(
        JsonObject{{"jsonrpc", "2.0"}, {"id", 1}, {"method", method}, {"params", params}});
    return served.raw(
        "POST /mcp HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        "Content-Type: application/json\r\nMCP-Protocol-Version: 2026-07-28\r\n"
        "Mcp-Method: " +
        std::string(method) + "\r\nMcp-Name: " + name + "\r\nAuthorization: Bearer " + user +
        "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  };
  const std::string made = ask("token-of-ada", "tools/call", {{"name", "long"}});
  const std::size_t at = made.find("\"taskId\":\"");
  ASSERT_NE(at, std::string::npos) << made;
  const std::string id = made.substr(at + 10, 64);
  EXPECT_NE(ask("token-of-ada", "tasks/get", {{"taskId", id}}).find("\"working\""),
            std::string::npos);
  for (const char* method : {"tasks/get", "tasks/update", "tasks/cancel"})
    EXPECT_NE(ask("token-of-eve", method, {{"taskId", id}, {"inputResponses", JsonObject()}})
                  .find("unknown taskId"),
              std::string::npos);
  ask("token-of-ada", "tasks/cancel", {{"taskId", id}});
  EXPECT_NE(ask("token-of-ada", "tasks/get", {{"taskId", id}}).find("\"cancelled\""),
            std::string::npos);
}

TEST(HttpServer, AnswersWhatRunsBeforeItEnds) {
  Server server({.name = "test", .version = "1"});
  std::promise<void> begun;
  std::promise<void> may_end;
  Tool slow = tool("slow");
  slow.run = [&](Call&) -> Result<ToolResult> {
    begun.set_value();
    may_end.get_future().wait();
    return ToolResult("done");
  };
  ASSERT_TRUE(server.add(std::move(slow)));
  Served served(server);
  const auto transport = served.transport(Era::modern, "token-of-ada");
  auto answer =
      std::async(std::launch::async, [&] { return called(*transport, Era::modern, "slow"); });
  begun.get_future().wait();
  auto stopped = std::async(std::launch::async, [&] { served.stop(); });
  EXPECT_EQ(stopped.wait_for(100ms), std::future_status::timeout);
  may_end.set_value();
  EXPECT_EQ(answer.get(), "done");
  stopped.get();
}

TEST(HttpServer, EndsInTimeWhateverRuns) {
  Server server({.name = "test", .version = "1"});
  Tool slow = tool("slow");
  std::promise<void> begun;
  slow.run = [&](Call& call) -> Result<ToolResult> {
    begun.set_value();
    TRY(call.wait(1h));
    return ToolResult("never");
  };
  ASSERT_TRUE(server.add(std::move(slow)));
  Served served(server, {.drain_time = 200ms});
  const auto transport = served.transport(Era::legacy, "token-of-ada");
  auto answer =
      std::async(std::launch::async, [&] { return called(*transport, Era::legacy, "slow"); });
  begun.get_future().wait();
  served.stop();
  EXPECT_EQ(answer.get(), "mcp.closed");
}

TEST(HttpServer, RefusesToBeExposed) {
  Server server({.name = "test", .version = "1"});
  const Authenticate nobody = [](std::string_view) { return Verdict{401}; };
  for (const HttpOptions& options :
       {HttpOptions{.address = "0.0.0.0"}, HttpOptions{.address = "::"},
        HttpOptions{.address = "0.0.0.0", .authenticate = nobody},
        HttpOptions{.address = "0.0.0.0", .hosts = {"a.example"}},
        HttpOptions{.address = "nonsense"}})
    EXPECT_EQ(HttpServer::open(server, options).failure().fault(), Fault::invalid_input);
  EXPECT_TRUE(HttpServer::open(
      server, {.address = "0.0.0.0", .hosts = {"a.example"}, .authenticate = nobody}));
}

}  // namespace
}  // namespace crafter::mcp
