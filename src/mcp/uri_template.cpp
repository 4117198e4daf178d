// URIs by pattern: the part of RFC 6570 that can be read backwards.

#include "mcp/uri_template.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace crafter::mcp {
namespace {

bool is_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  });
}

std::optional<std::string> decode_percent(std::string_view text) {
  std::string decoded;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      decoded += text[at];
      continue;
    }
    unsigned value = 0;
    const char* begin = text.data() + at + 1;
    if (at + 2 >= text.size() || std::from_chars(begin, begin + 2, value, 16).ptr != begin + 2)
      return std::nullopt;
    decoded += static_cast<char>(value);
    at += 2;
  }
  if (find_invalid_utf8(decoded) || decoded.find('\0') != decoded.npos) return std::nullopt;
  return decoded;
}

Failure unreadable(std::string_view text) {
  return {Fault::invalid_input, "mcp.uri_template",
          fmt::format("{} is no URI template that can be matched", quote(text)),
          "variables are {name} or {+name}, and text stands between them"};
}

}  // namespace

Result<UriTemplate> UriTemplate::parse(std::string_view text) {
  UriTemplate made;
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t open = std::min(rest.find('{'), rest.size());
    Piece piece{.literal = std::string(rest.substr(0, open)), .name = {}};
    rest.remove_prefix(open);
    if (!rest.empty()) {
      const std::size_t close = rest.find('}');
      if (close == rest.npos) return unreadable(text);
      std::string_view name = rest.substr(1, close - 1);
      piece.is_path = name.starts_with('+');
      name.remove_prefix(piece.is_path ? 1 : 0);
      if (!is_name(name) || (piece.literal.empty() && !made.pieces_.empty()))
        return unreadable(text);
      piece.name = name;
      rest.remove_prefix(close + 1);
    }
    made.pieces_.push_back(std::move(piece));
  }
  if (made.pieces_.empty() || !made.pieces_.back().name.empty()) made.pieces_.emplace_back();
  return made;
}

/// Each variable ends where the literal after it first occurs; the last one where the text does.
std::optional<JsonObject> UriTemplate::match(std::string_view uri) const {
  JsonObject values;
  if (!uri.starts_with(pieces_[0].literal)) return std::nullopt;
  uri.remove_prefix(pieces_[0].literal.size());
  for (std::size_t i = 0; i + 1 < pieces_.size(); ++i) {
    const Piece& piece = pieces_[i];
    const std::string& after = pieces_[i + 1].literal;
    const bool is_last = i + 2 == pieces_.size();
    const std::size_t end = after.empty() ? uri.size()
                            : is_last     ? uri.rfind(after)
                                          : uri.find(after);
    if (end == uri.npos || (is_last && end + after.size() != uri.size())) return std::nullopt;
    const auto value = decode_percent(uri.substr(0, end));
    if (!value || value->empty() || (!piece.is_path && value->find('/') != value->npos))
      return std::nullopt;
    values[piece.name] = *value;
    uri.remove_prefix(end + after.size());
  }
  return uri.empty() ? std::optional(std::move(values)) : std::nullopt;
}

}  // namespace crafter::mcp
