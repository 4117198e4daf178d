// What the benches measure: a server with one tool, over pipes or HTTP: bench_mcp_server [--http].

#include <fmt/core.h>

#include <cstdio>
#include <string_view>

#include "mcp/http_server.h"
#include "mcp/stdio_server.h"
#include "os/stop_signal.h"

namespace {

using namespace crafter::mcp;
using crafter::JsonObject;
using crafter::Result;

Result<ToolResult> greet(Call& call) {
  return ToolResult("Hello, " + std::string(call.text("name")) + "!");
}

Result<> serve(bool over_http) {
  Server server({.name = "bench", .version = "1.0.0"});
  TRY(server.add(
      Tool{.name = "greet",
           .description = "Greets somebody by name",
           .run = greet,
           .input = {{"type", "object"},
                     {"properties", JsonObject{{"name", JsonObject{{"type", "string"}}}}},
                     {"required", crafter::JsonArray{"name"}}},
           .pace = Pace::quick}));
  const std::stop_token stop = crafter::stop_on_signals();
  if (over_http) {
    TRY(const auto http, HttpServer::open(server, {}));
    fmt::print("{}\n", http->port());
    std::fflush(stdout);
    return http->run(stop);
  }
  TRY(const auto pipes, crafter::Duplex::take_standard(stop));
  return serve_stdio(server, *pipes);
}

}  // namespace

int main(int count, char** words) {
  const auto served = serve(count > 1 && std::string_view(words[1]) == "--http");
  if (!served) fmt::print(stderr, "{}\n", served.failure().message());
  return served ? 0 : 1;
}
