// Takes URI references apart, merges them and puts them together again.

#include "jsonschema/uri.h"

#include <algorithm>
#include <cctype>
#include <optional>

namespace crafter {
namespace {

struct Parts {
  std::optional<std::string_view> scheme;
  std::optional<std::string_view> authority;
  std::string_view path;
  std::optional<std::string_view> query;
  std::optional<std::string_view> fragment;
};

/// Cuts what follows `mark` from `rest`; nothing when there is no mark.
std::optional<std::string_view> cut(std::string_view& rest, char mark) {
  const std::size_t at = rest.find(mark);
  if (at == rest.npos) return std::nullopt;
  const std::string_view behind = rest.substr(at + 1);
  rest = rest.substr(0, at);
  return behind;
}

bool is_scheme(std::string_view text) {
  return !text.empty() && std::isalpha(static_cast<unsigned char>(text[0])) != 0 &&
         std::ranges::all_of(text, [](unsigned char c) {
           return std::isalnum(c) != 0 || c == '+' || c == '-' || c == '.';
         });
}

/// RFC 3986, appendix B.
Parts take_apart(std::string_view rest) {
  Parts parts;
  parts.fragment = cut(rest, '#');
  parts.query = cut(rest, '?');
  const std::size_t colon = rest.find(':');
  if (colon != rest.npos && is_scheme(rest.substr(0, colon))) {
    parts.scheme = rest.substr(0, colon);
    rest.remove_prefix(colon + 1);
  }
  if (rest.starts_with("//")) {
    const std::size_t slash = std::min(rest.find('/', 2), rest.size());
    parts.authority = rest.substr(2, slash - 2);
    rest.remove_prefix(slash);
  }
  parts.path = rest;
  return parts;
}

/// RFC 3986, section 5.2.4.
std::string remove_dots(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    const std::size_t next = std::min(path.find('/', 1), path.size());
    const std::string_view segment = path.substr(0, next);
    path.remove_prefix(next);
    const bool last = path.empty();
    if (segment == "/." || segment == ".") {
      if (last && segment == "/.") out += '/';
    } else if (segment == "/.." || segment == "..") {
      out.resize(out.rfind('/') == out.npos ? 0 : out.rfind('/'));
      if (last && segment == "/..") out += '/';
    } else {
      out.append(segment);
    }
  }
  return out;
}

/// RFC 3986, section 5.2.3.
std::string merge(const Parts& base, std::string_view path) {
  if (base.authority && base.path.empty()) return "/" + std::string(path);
  const std::size_t slash = base.path.rfind('/');
  return std::string(base.path.substr(0, slash == base.path.npos ? 0 : slash + 1)).append(path);
}

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

std::string decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape =
        text[i] == '%' && i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0;
    out += escape ? static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2])) : text[i];
    if (escape) i += 2;
  }
  return out;
}

std::string put_together(const Parts& parts, std::string_view path) {
  std::string uri;
  if (parts.scheme) uri.append(*parts.scheme).append(":");
  if (parts.authority) uri.append("//").append(*parts.authority);
  uri.append(path);
  if (parts.query) uri.append("?").append(*parts.query);
  if (parts.fragment) uri.append("#").append(*parts.fragment);
  return uri;
}

}  // namespace

std::string resolve_uri(std::string_view base, std::string_view reference) {
  const Parts from = take_apart(base);
  Parts to = take_apart(reference);
  if (to.scheme) return put_together(to, remove_dots(to.path));
  to.scheme = from.scheme;
  if (to.authority) return put_together(to, remove_dots(to.path));
  to.authority = from.authority;
  if (to.path.empty()) {
    if (!to.query) to.query = from.query;
    return put_together(to, from.path);
  }
  if (to.path.starts_with('/')) return put_together(to, remove_dots(to.path));
  return put_together(to, remove_dots(merge(from, to.path)));
}

SplitUri split_fragment(std::string_view uri) {
  const std::size_t mark = std::min(uri.find('#'), uri.size());
  return {std::string(uri.substr(0, mark)),
          decode(mark < uri.size() ? uri.substr(mark + 1) : std::string_view())};
}

}  // namespace crafter
