// Messages of strangers, served: every line gets one answer at most, and that is a message.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "mcp/dialect.h"
#include "mcp/engine.h"
#include "mcp/rpc.h"

namespace {

using namespace crafter::mcp;

class CheckedOutlet final : public Outlet {
 public:
  void send(std::string message) override { check(message); }
  void finish(std::string message, int) override {
    check(message);
    if (++answers_ > 1) std::abort();
  }

 private:
  static void check(const std::string& message) {
    if (message.find('\n') != message.npos) std::abort();
    if (std::holds_alternative<Refusal>(read_incoming(message, crafter::kTrusted))) std::abort();
  }

  int answers_ = 0;
};

Server& server() {
  static Server made({.name = "fuzz", .version = "1"});
  static const bool is_ready = [] {
    const auto echo = [](Call& call) -> crafter::Result<ToolResult> {
      TRY(const crafter::Json answer, call.ask("why", elicitation("why?", {})));
      return ToolResult::of(answer);
    };
    static_cast<void>(made.add(Tool{.name = "t",
                                    .description = "d",
                                    .run = echo,
                                    .input = {{"type", "object"}, {"maxProperties", 3}},
                                    .pace = Pace::quick}));
    static_cast<void>(made.add(ResourceTemplate{
        "a://{x}/{+y}", "r", "d", "text/plain",
        [](Call& call) -> crafter::Result<crafter::JsonArray> {
          return crafter::JsonArray{text_contents(call.uri(), "text/plain", call.text("y"))};
        }}));
    return true;
  }();
  return is_ready ? made : made;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto read = read_incoming({reinterpret_cast<const char*>(data), size});
  if (const auto* refusal = std::get_if<Refusal>(&read)) {
    static_cast<void>(write_error(refusal->id, refusal->error));
    return 0;
  }
  auto& incoming = std::get<Incoming>(read);
  const auto envelope = crafter::mcp::envelope_of(incoming.params);
  if (incoming.kind != Incoming::Kind::request || check_envelope(envelope) ||
      check_version(envelope))
    return 0;
  const auto talk = std::make_shared<Conversation>(
      server().engine(), modern_request(std::move(incoming), envelope, ""),
      std::make_shared<CheckedOutlet>());
  server().engine().serve(talk);
  talk->cancel();
  return 0;
}
