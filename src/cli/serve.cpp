// serve: the crafter as an MCP server, on stdio or over HTTP.

#include "serve/serve.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <thread>
#include <vector>

#include "base/base64.h"
#include "base/text.h"
#include "cli/session.h"
#include "cli/sources.h"
#include "cli/tokens.h"
#include "cli/verbs.h"
#include "cli/wishes.h"
#include "mcp/http_server.h"
#include "mcp/stdio_server.h"
#include "os/disk.h"
#include "os/random.h"

namespace crafter::cli {
namespace {

constexpr std::string_view kTokenPath = ".mcp-crafter/token";
constexpr std::size_t kTokenBytes = 32;

/// The token of the workspace, made the first time; only its owner can read it.
Result<std::string> own_token(const Session& session, Crafter& crafter) {
  TRY(const auto initiated, crafter.init());
  TRY(const auto folder, open_disk(initiated.path));
  TRY(const auto there, folder->look(kTokenPath));
  if (!there) {
    const std::string fresh = write_base64(random_bytes(kTokenBytes));
    TRY(folder->write(kTokenPath, fresh + "\n", Access::secret));
  }
  session.say(fmt::format("the bearer token is in {}/{}\n", initiated.path, kTokenPath));
  TRY(const std::string text, folder->read(kTokenPath));
  return std::string(trim(text));
}

/// What --token-file or MCP_CRAFTER_TOKEN say; the workspace's own token when neither is there.
Result<std::vector<Token>> tokens_of(const Session& session, Crafter& crafter) {
  if (const std::string file = session.arguments().value("--token-file"); !file.empty()) {
    TRY(const std::string text, read_named_file(session, file));
    return read_tokens(text, file);
  }
  const auto& environment = session.outside().environment;
  const auto found = environment.find("MCP_CRAFTER_TOKEN");
  if (found != environment.end()) return owners_token(found->second, found->first);
  TRY(const std::string own, own_token(session, crafter));
  return owners_token(own, kTokenPath);
}

bool has_several(const std::vector<Token>& tokens) {
  return std::ranges::any_of(tokens, [](const Token& token) { return token.principal != kOwner; });
}

std::vector<std::string> items(const std::string& text) {
  std::vector<std::string> all = split(text, ',');
  std::erase(all, "");
  return all;
}

/// "localhost" and "[::1]" as numbers, which is what is listened on.
std::string numeric(std::string host) {
  if (host == "localhost") return "127.0.0.1";
  if (host.starts_with('[') && host.ends_with(']')) return host.substr(1, host.size() - 2);
  return host;
}

/// "8000", "0.0.0.0:8000" or "[::1]:8000".
Result<mcp::HttpOptions> address_of(const std::string& text) {
  mcp::HttpOptions options;
  const std::size_t colon = text.rfind(':');
  if (colon != text.npos && colon != 0) options.address = numeric(text.substr(0, colon));
  const std::string port = colon == text.npos ? text : text.substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), options.port);
  if (error == std::errc() && end == port.data() + port.size() && options.port >= 0 &&
      options.port <= 65535)
    return options;
  return Failure(Fault::usage, "usage.value", fmt::format("--http cannot be {}", quote(text)),
                 "a port, or HOST:PORT");
}

/// Everything that the crafter offers.
Result<> offer(mcp::Server& server, Desk& desk, bool is_shared) {
  TRY(offer_tools(server, desk));
  TRY(offer_resources(server, desk, is_shared));
  return offer_prompts(server);
}

Result<Answer> over_http(const Session& session, mcp::Server& server, Desk& desk) {
  const Arguments& arguments = session.arguments();
  TRY(mcp::HttpOptions options, address_of(arguments.value("--http")));
  std::vector<Token> tokens;
  if (!arguments.has("--no-token")) {
    TRY(tokens, tokens_of(session, desk.crafter()));
  }
  TRY(offer(server, desk, has_several(tokens)));
  if (!tokens.empty()) options.authenticate = only_with(std::move(tokens));
  options.hosts = items(arguments.value("--allow-host"));
  options.origins = items(arguments.value("--allow-origin"));
  const std::string address = options.address;
  TRY(const auto http, mcp::HttpServer::open(server, std::move(options)));
  session.say(fmt::format("listening on http://{}:{}/mcp\n", address, http->port()));
  TRY(http->run(session.outside().stop));
  return Answer{};
}

Result<Answer> over_stdio(const Session& session, mcp::Server& server, Desk& desk) {
  TRY(offer(server, desk, /*is_shared=*/false));
  if (session.outside().input_is_terminal)
    session.say("mcp-crafter speaks MCP on stdio; Ctrl-D ends it\n");
  TRY(const auto pipes, Duplex::take_standard(session.outside().stop));
  auto served = mcp::serve_stdio(server, *pipes);
  if (!served && served.failure().fault() != Fault::cancelled) return std::move(served).failure();
  return Answer{};
}

}  // namespace

Result<Answer> serve(const Session& session) {
  const Arguments& arguments = session.arguments();
  if (!arguments.has("--http"))
    for (const char* flag : {"--token-file", "--no-token", "--allow-host", "--allow-origin"})
      if (arguments.has(flag))
        return Failure(Fault::usage, "usage.combination", fmt::format("{} needs --http", flag),
                       "add --http PORT");
  if (arguments.has("--json"))
    return Failure(Fault::usage, "usage.combination", "serve speaks MCP, so there is no --json",
                   "leave --json out");
  TRY(Crafter crafter, session.open());
  Desk desk(std::move(crafter), proof_wish(arguments),
            std::max(1U, std::thread::hardware_concurrency()));
  mcp::Server server = crafter_server();
  if (arguments.has("--http")) return over_http(session, server, desk);
  return over_stdio(session, server, desk);
}

}  // namespace crafter::cli
