// The head of a request of HTTP/1.1, and its body's frame.

#include "mcp/http_head.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"

namespace crafter::mcp {
namespace {

constexpr std::string_view kTokenMarks = "!#$%&'*+-.^_`|~";  // RFC 9110, section 5.6.2
constexpr std::size_t kLongestSizeLine = 64;

/// By byte, whether a token may contain it.
constexpr std::array<bool, 256> kTokenBytes = [] {
  std::array<bool, 256> bytes{};
  for (unsigned c = 0; c < 128; ++c)
    bytes[c] = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  for (const char c : kTokenMarks) bytes[static_cast<unsigned char>(c)] = true;
  return bytes;
}();

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return kTokenBytes[static_cast<unsigned char>(c)];
  });
}

/// By byte, whether a value may not contain it: control characters but tab. Bytes beyond ASCII are
/// left to whoever reads the value.
constexpr std::array<bool, 256> kRefusedBytes = [] {
  std::array<bool, 256> bytes{};
  for (unsigned c = 0; c < 0x20; ++c) bytes[c] = c != '\t';
  bytes[0x7F] = true;
  return bytes;
}();

bool is_value(std::string_view text) {
  return std::ranges::none_of(text,
                              [](char c) { return kRefusedBytes[static_cast<unsigned char>(c)]; });
}

std::string_view trim_blanks(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::optional<std::uint64_t> whole_number(std::string_view text, int base) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// The next line of a head; its end is CRLF, and no CR stands alone.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find("\r\n");
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 2);
  return line;
}

std::optional<HttpFlaw> read_request_line(std::string_view line, HttpHead* head) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == line.npos || first == last) return HttpFlaw{400, "no request line"};
  head->method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (!is_token(head->method) || !target.starts_with('/') || !is_value(target) ||
      target.find(' ') != target.npos)
    return HttpFlaw{400, "no request line"};
  if (version != "HTTP/1.1" && version != "HTTP/1.0") return HttpFlaw{505, "not HTTP/1.1"};
  head->path = target.substr(0, target.find_first_of("?#"));
  head->minor = version.back() - '0';
  return std::nullopt;
}

std::optional<HttpFlaw> read_field(std::string_view line, HttpHead* head) {
  const std::size_t colon = line.find(':');
  if (colon == line.npos || !is_token(line.substr(0, colon))) return HttpFlaw{400, "no header"};
  const std::string_view value = trim_blanks(line.substr(colon + 1));
  if (!is_value(value)) return HttpFlaw{400, "no header value"};
  head->fields.emplace_back(line.substr(0, colon), value);
  return std::nullopt;
}

std::optional<HttpFlaw> frame_body(HttpHead* head) {
  const auto [codings, coding] = head->find("transfer-encoding");
  const auto [lengths, length] = head->find("content-length");
  if (codings > 0 && (lengths > 0 || head->minor == 0)) return HttpFlaw{400, "two lengths"};
  if (codings > 1 || lengths > 1) return HttpFlaw{400, "two lengths"};
  if (codings > 0) {
    if (!equal_name(coding, "chunked")) return HttpFlaw{501, "unknown transfer coding"};
    return std::nullopt;
  }
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (lengths > 0 && (length.empty() || !std::ranges::all_of(length, is_digit)))
    return HttpFlaw{400, "no length"};
  head->length = lengths > 0 ? whole_number(length, 10) : 0;
  return head->length ? std::nullopt : std::optional(HttpFlaw{413, "too long"});
}

bool contains_word(std::string_view value, std::string_view word) {
  return lower(value).find(word) != std::string::npos;
}

std::optional<HttpFlaw> settle(HttpHead* head) {
  if (auto flaw = frame_body(head)) return flaw;
  const std::size_t hosts = head->count("host");
  if (hosts > 1 || (hosts == 0 && head->minor == 1)) return HttpFlaw{400, "not one Host"};
  const auto [connections, connection] = head->find("connection");
  head->is_kept_alive = head->minor == 1
                            ? connections == 0 || !contains_word(connection, "close")
                            : connections > 0 && contains_word(connection, "keep-alive");
  const auto expected = head->field("expect");
  if (expected && !equal_name(*expected, "100-continue")) return HttpFlaw{417, "unknown Expect"};
  head->expects_continue = expected.has_value();
  return std::nullopt;
}

}  // namespace

bool equal_name(std::string_view one, std::string_view two) {
  const auto low = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return one.size() == two.size() &&
         std::ranges::equal(one, two, [&](char a, char b) { return a == b || low(a) == low(b); });
}

bool accepts_type(const HttpHead& head, std::string_view type) {
  const auto accept = head.field("accept");
  if (!accept || accept->find(type) != accept->npos) return true;
  const std::string whole_kind = std::string(type.substr(0, type.find('/') + 1)) + '*';
  return accept->find(whole_kind) != accept->npos || accept->find("*/*") != accept->npos;
}

std::optional<std::string_view> HttpHead::field(std::string_view name) const {
  const Found found = find(name);
  return found.count > 0 ? std::optional(found.value) : std::nullopt;
}

HttpHead::Found HttpHead::find(std::string_view name) const {
  Found found;
  for (const auto& [own, value] : fields) {
    // Most names differ in length or at their end.
    if (own.size() != name.size() || ((own.back() ^ name.back()) & 0x1F) != 0) continue;
    if (equal_name(own, name) && found.count++ == 0) found.value = value;
  }
  return found;
}

std::variant<std::monostate, HttpHead, HttpFlaw> read_head(std::string_view bytes,
                                                           const HttpLimits& limits) {
  const std::size_t end = bytes.substr(0, limits.head).find("\r\n\r\n");
  if (end == bytes.npos) {
    if (bytes.size() >= limits.head) return HttpFlaw{431, "too long a head"};
    return std::monostate();
  }
  HttpHead head;
  head.size = end + 4;
  std::string_view text = bytes.substr(0, end + 2);
  if (auto flaw = read_request_line(take_line(text), &head)) return *flaw;
  head.fields.reserve(16);
  while (!text.empty()) {
    if (head.fields.size() == limits.fields) return HttpFlaw{431, "too many headers"};
    if (auto flaw = read_field(take_line(text), &head)) return *flaw;
  }
  if (auto flaw = settle(&head)) return *flaw;
  if (head.length && *head.length > limits.body) return HttpFlaw{413, "too long a body"};
  return head;
}

std::optional<HttpFlaw> ChunkReader::take_line(std::string_view line) {
  if (state_ == State::size) {
    const std::string_view digits = trim_blanks(line.substr(0, line.find(';')));
    const auto size = digits.size() > 16 ? std::nullopt : whole_number(digits, 16);
    if (!size || !is_value(line)) return HttpFlaw{400, "no chunk"};
    if (*size > limit_ || body_.size() + *size > limit_) return HttpFlaw{413, "too long a body"};
    left_ = *size;
    state_ = left_ == 0 ? State::trailer : State::data;
  } else if (state_ == State::data_end) {
    if (!line.empty()) return HttpFlaw{400, "no chunk"};
    state_ = State::size;
  } else if (line.empty()) {
    state_ = State::whole;
  } else if ((trailer_ += line.size()) > kLongestSizeLine * 16) {
    return HttpFlaw{431, "too long a trailer"};
  }
  return std::nullopt;
}

std::variant<std::size_t, HttpFlaw> ChunkReader::take(std::string_view bytes) {
  std::size_t at = 0;
  while (!is_whole()) {
    const std::string_view rest = bytes.substr(at);
    if (state_ == State::data) {
      const std::size_t count = std::min<std::size_t>(rest.size(), left_);
      body_.append(rest.substr(0, count));
      at += count;
      left_ -= count;
      if (left_ > 0) return at;
      state_ = State::data_end;
      continue;
    }
    const std::size_t end = rest.find('\n');
    const std::size_t most = state_ == State::trailer ? kLongestSizeLine * 16 : kLongestSizeLine;
    if (std::min(end, rest.size()) > most) return HttpFlaw{400, "no chunk"};
    if (end == rest.npos) return at;
    if (end == 0 || rest[end - 1] != '\r') return HttpFlaw{400, "no chunk"};
    if (auto flaw = take_line(rest.substr(0, end - 1))) return *flaw;
    at += end + 1;
  }
  return at;
}

}  // namespace crafter::mcp
