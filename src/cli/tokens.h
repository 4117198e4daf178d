// The bearer tokens that callers of `serve --http` bring, and who they are.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mcp/http_server.h"

namespace crafter::cli {

struct Token {
  std::string principal;
  std::string secret;
};

/// One bare token, that of the workspace's owner; or lines NAME:TOKEN, between them empty ones and
/// comments (#). Names match [a-z][a-z0-9_-]{0,63}; "owner" is the workspace's owner. usage for
/// tokens under 16 characters, and for names or tokens that stand there twice; all problems at
/// once, never with the token.
Result<std::vector<Token>> read_tokens(std::string_view text, std::string_view file);

/// A token of the workspace's owner, whatever it looks like.
Result<std::vector<Token>> owners_token(std::string_view text, std::string_view file);

/// Admits who brings one of them; takes the same time whichever it is.
mcp::Authenticate only_with(std::vector<Token> tokens);

}  // namespace crafter::cli
