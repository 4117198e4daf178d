// MCP over the standard input and output of a child: one message a line.

#include <fmt/core.h>

#include "mcp/client.h"
#include "mcp/message.h"

namespace crafter::mcp {
namespace {

using std::chrono::milliseconds;
using Time = std::chrono::steady_clock;

/// For messages that nobody answers.
constexpr milliseconds kSending{10'000};

class StdioTransport final : public Transport {
 public:
  explicit StdioTransport(Child& child) : child_(child) {}

  Result<Json> exchange(const Json& request, milliseconds limit, std::stop_token stop) override;
  Result<> notify(const Json& notification) override { return send(notification, kSending); }
  std::vector<Json> take_notifications() override { return inbox_.take(); }

 private:
  Result<> send(const Json& message, milliseconds limit);
  Result<std::string> receive(milliseconds limit, const std::stop_token& stop);

  Child& child_;
  Inbox inbox_;
};

Result<> StdioTransport::send(const Json& message, milliseconds limit) {
  auto sent = child_.write(write_json(message) + "\n", limit);
  if (!sent) return blame_server(std::move(sent).failure());
  return {};
}

Result<std::string> StdioTransport::receive(milliseconds limit, const std::stop_token& stop) {
  auto line = child_.read_line(limit, stop);
  if (!line) return blame_server(std::move(line).failure());
  if (*line) return **std::move(line);
  const std::string errors = child_.errors();
  return broken("mcp.closed", "the server closed its output without an answer",
                errors.empty() ? "it wrote nothing to standard error" : errors);
}

Result<Json> StdioTransport::exchange(const Json& request, milliseconds limit,
                                      std::stop_token stop) {
  const auto end = Time::now() + limit;
  const Json* id = find(request, "id");
  TRY(send(request, limit));
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(end - Time::now());
    TRY(const std::string line, receive(std::max(left, milliseconds(0)), stop));
    TRY(auto sorted, inbox_.sort(line, id == nullptr ? Json() : *id));
    if (sorted.response) return *std::move(sorted.response);
    if (sorted.reply) TRY(send(*sorted.reply, kSending));
  }
}

}  // namespace

std::unique_ptr<Transport> stdio_transport(Child& child) {
  return std::make_unique<StdioTransport>(child);
}

}  // namespace crafter::mcp
