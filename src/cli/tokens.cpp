#include "cli/tokens.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/seal.h"
#include "base/text.h"
#include "queue/build.h"

namespace crafter::cli {
namespace {

constexpr std::size_t kShortestToken = 16;
constexpr std::size_t kLongestName = 64;

bool is_name(std::string_view text) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz";
  constexpr std::string_view kAll = "abcdefghijklmnopqrstuvwxyz0123456789_-";
  return !text.empty() && text.size() <= kLongestName &&
         kLetters.find(text.front()) != kLetters.npos && text.find_first_not_of(kAll) == text.npos;
}

struct Line {
  int number;
  std::string text;
};

std::vector<Line> lines_of(std::string_view text) {
  std::vector<Line> lines;
  int number = 0;
  for (const std::string& line : split(text, '\n')) {
    ++number;
    const std::string_view kept = trim(line);
    if (!kept.empty() && !kept.starts_with('#')) lines.push_back({number, std::string(kept)});
  }
  return lines;
}

/// What is wrong with one more token, or "".
std::string flaw_of(const Token& token, const std::vector<Token>& before) {
  if (!is_name(token.principal)) return "the line is not NAME:TOKEN";
  if (token.secret.size() < kShortestToken) return "the bearer token is too short";
  for (const Token& other : before) {
    if (other.principal == token.principal) return "the name stands there twice";
    if (other.secret == token.secret) return "the token stands there twice";
  }
  return {};
}

Diagnostic problem_of(std::string flaw, std::string_view file, int line) {
  return {.code = "usage.token",
          .file = std::string(file),
          .line = line,
          .message = std::move(flaw),
          .hint = fmt::format("NAME:TOKEN a line, or one token; each of at least {} characters, "
                              "better: openssl rand -base64 32",
                              kShortestToken)};
}

Token named(const std::string& line) {
  const std::size_t colon = line.find(':');
  if (colon == line.npos) return {{}, line};
  return {line.substr(0, colon), std::string(trim(line.substr(colon + 1)))};
}

}  // namespace

Result<std::vector<Token>> read_tokens(std::string_view text, std::string_view file) {
  const std::vector<Line> lines = lines_of(text);
  if (lines.empty()) return Failure(Fault::usage, "usage.token", "there is no bearer token");
  if (lines.size() == 1 && !is_name(named(lines.front().text).principal))
    return owners_token(lines.front().text, file);
  std::vector<Token> tokens;
  std::vector<Diagnostic> problems;
  for (const Line& line : lines) {
    Token token = named(line.text);
    std::string flaw = flaw_of(token, tokens);
    if (!flaw.empty()) problems.push_back(problem_of(std::move(flaw), file, line.number));
    tokens.push_back(std::move(token));
  }
  if (!problems.empty()) return Failure(Fault::usage, std::move(problems));
  return tokens;
}

Result<std::vector<Token>> owners_token(std::string_view text, std::string_view file) {
  std::vector<Token> tokens{{std::string(kOwner), std::string(trim(text))}};
  std::string flaw = flaw_of(tokens.front(), {});
  if (flaw.empty()) return tokens;
  return Failure(Fault::usage, std::vector{problem_of(std::move(flaw), file, 1)});
}

mcp::Authenticate only_with(std::vector<Token> tokens) {
  return [tokens = std::move(tokens)](std::string_view bearer) -> mcp::Verdict {
    const Token* found = nullptr;
    for (const Token& token : tokens)
      if (equal_secret(bearer, token.secret)) found = &token;
    if (found != nullptr) return {.status = 200, .principal = found->principal, .challenge = {}};
    return {.status = 401, .principal = {}, .challenge = "Bearer"};
  };
}

}  // namespace crafter::cli
