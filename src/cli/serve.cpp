// serve: the crafter as an MCP server, on stdio or over HTTP.

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <thread>

#include "base/base64.h"
#include "base/seal.h"
#include "base/text.h"
#include "cli/session.h"
#include "cli/sources.h"
#include "cli/verbs.h"
#include "cli/wishes.h"
#include "mcp/http_server.h"
#include "mcp/stdio_server.h"
#include "os/disk.h"
#include "os/random.h"
#include "serve/serve.h"

namespace crafter::cli {
namespace {

constexpr std::string_view kTokenPath = ".mcp-crafter/token";
constexpr std::size_t kTokenBytes = 32;
constexpr std::size_t kShortestToken = 16;

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

/// The token of --token-file or MCP_CRAFTER_TOKEN; nothing when neither is there.
Result<std::optional<std::string>> given_token(const Session& session) {
  if (const std::string file = session.arguments().value("--token-file"); !file.empty()) {
    TRY(const std::string text, read_named_file(session, file));
    return std::optional(std::string(trim(text)));
  }
  const auto& environment = session.outside().environment;
  const auto found = environment.find("MCP_CRAFTER_TOKEN");
  if (found == environment.end()) return std::optional<std::string>();
  return std::optional(found->second);
}

Result<std::string> token_of(const Session& session, Crafter& crafter) {
  TRY(const auto given, given_token(session));
  if (!given) return own_token(session, crafter);
  if (given->size() >= kShortestToken) return *given;
  return Failure(Fault::usage, "usage.token", "the bearer token is too short",
                 fmt::format("at least {} characters, better: openssl rand -base64 32",
                             kShortestToken));
}

std::vector<std::string> items(const std::string& text) {
  std::vector<std::string> all = split(text, ',');
  std::erase(all, "");
  return all;
}

/// "8000" or "0.0.0.0:8000".
Result<mcp::HttpOptions> address_of(const std::string& text) {
  mcp::HttpOptions options;
  const std::size_t colon = text.rfind(':');
  if (colon != text.npos) options.address = text.substr(0, colon);
  const std::string port = colon == text.npos ? text : text.substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), options.port);
  if (error == std::errc() && end == port.data() + port.size() && options.port >= 0 &&
      options.port <= 65535)
    return options;
  return Failure(Fault::usage, "usage.value", fmt::format("--http cannot be {}", quote(text)),
                 "a port, or HOST:PORT");
}

mcp::Authenticate only_with(std::string token) {
  return [token = std::move(token)](std::string_view bearer) -> mcp::Verdict {
    if (equal_secret(bearer, token)) return {.status = 200, .principal = "owner", .challenge = {}};
    return {.status = 401, .principal = {}, .challenge = "Bearer"};
  };
}

Result<Answer> over_http(const Session& session, mcp::Server& server, Crafter& crafter) {
  const Arguments& arguments = session.arguments();
  TRY(mcp::HttpOptions options, address_of(arguments.value("--http")));
  if (!arguments.has("--no-token")) {
    TRY(std::string token, token_of(session, crafter));
    options.authenticate = only_with(std::move(token));
  }
  options.hosts = items(arguments.value("--allow-host"));
  options.origins = items(arguments.value("--allow-origin"));
  const std::string address = options.address;
  TRY(const auto http, mcp::HttpServer::open(server, std::move(options)));
  session.say(fmt::format("listening on http://{}:{}/mcp\n", address, http->port()));
  TRY(http->run(session.outside().stop));
  return Answer{};
}

Result<Answer> over_stdio(const Session& session, mcp::Server& server) {
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
  TRY(offer_tools(server, desk));
  TRY(offer_resources(server, desk));
  TRY(offer_prompts(server));
  if (arguments.has("--http")) return over_http(session, server, desk.crafter());
  return over_stdio(session, server);
}

}  // namespace crafter::cli
