// A server with one tool, over standard input and output.

#include "mcp/stdio_server.h"
#include "os/stop_signal.h"

using namespace crafter::mcp;

crafter::Result<ToolResult> greet(Call& call) {
  return ToolResult("Hello, " + std::string(call.text("name")) + "!");
}

crafter::Result<> serve() {
  Server server({.name = "greeter", .version = "1.0.0"});
  TRY(server.add(
      Tool{.name = "greet",
           .description = "Greets somebody by name",
           .run = greet,
           .input = {{"type", "object"},
                     {"properties",
                      crafter::JsonObject{{"name", crafter::JsonObject{{"type", "string"}}}}},
                     {"required", crafter::JsonArray{"name"}}},
           .pace = Pace::quick}));
  TRY(const auto pipes, crafter::Duplex::take_standard(crafter::stop_on_signals()));
  return serve_stdio(server, *pipes);
}

int main() { return serve() ? 0 : 1; }
