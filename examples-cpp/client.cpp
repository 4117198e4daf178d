// Starts a server, calls its tool and prints what it says: client COMMAND.

#include "mcp/client.h"

#include <fmt/core.h>

using namespace crafter::mcp;
using namespace std::chrono_literals;

crafter::Result<> talk(const std::string& command) {
  TRY(const auto child, crafter::Child::start({.words = {command}}));
  const auto transport = stdio_transport(*child);
  TRY(const auto client, Client::open(*transport, Era::modern, 5s));
  TRY(const crafter::Json result,
      client->request("tools/call",
                      {{"name", "greet"}, {"arguments", crafter::JsonObject{{"name", "Ada"}}}},
                      5s));
  fmt::print("{}\n", crafter::text_of(*crafter::at_pointer(result, "/content/0"), "text"));
  return {};
}

int main(int count, char** words) {
  const auto talked = talk(count > 1 ? words[1] : "example-server");
  if (!talked) fmt::print(stderr, "{}\n", talked.failure().message());
  return talked ? 0 : 1;
}
