// One answer of HTTP/1.1, read from a connection within limits.

#include "mcp/http_answer.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "mcp/message.h"

namespace crafter::mcp {
namespace {

constexpr std::size_t kLongestLine = 16 << 10;
constexpr std::size_t kMostHeaders = 200;
constexpr int kMostInformational = 10;

Failure malformed(std::string_view what, std::string_view text) {
  return broken("mcp.http", fmt::format("the server's answer has {} {}", what, quote(text)));
}

/// A whole number and nothing else.
std::optional<std::uint64_t> number(std::string_view text, int base) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

/// False at the end of the connection.
Result<bool> HttpAnswer::receive(const Patience& patience) {
  TRY(const std::string bytes, connection_->receive(patience));
  buffer_ += bytes;
  return !bytes.empty();
}

Result<std::string> HttpAnswer::read_line(const Patience& patience) {
  std::size_t end = 0;
  while ((end = buffer_.find('\n')) == std::string::npos) {
    if (buffer_.size() > kLongestLine) return malformed("a line that is too long,", buffer_);
    TRY(const bool is_more, receive(patience));
    if (!is_more)
      return broken("mcp.closed", "the server closed the connection before its answer was whole");
  }
  std::string line = buffer_.substr(0, end);
  buffer_.erase(0, end + 1);
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

Result<> HttpAnswer::read_head(const Patience& patience) {
  TRY(const std::string first, read_line(patience));
  const auto status = first.size() < 12 ? std::nullopt : number(first.substr(9, 3), 10);
  if (!first.starts_with("HTTP/1.") || first[8] != ' ' || !status)
    return malformed("no status line but", first);
  status_ = static_cast<int>(*status);
  headers_.clear();
  for (std::size_t count = 0; count < kMostHeaders; ++count) {
    TRY(const std::string line, read_line(patience));
    if (line.empty()) return {};
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos || colon == 0 || line[0] == ' ' || line[colon - 1] == ' ')
      return malformed("the header", line);
    std::string& value = headers_[lower(line.substr(0, colon))];
    value += (value.empty() ? "" : ", ") + std::string(trim(line.substr(colon + 1)));
  }
  return malformed("too many headers after", first);
}

Result<> HttpAnswer::frame_body() {
  const std::string_view coding = header("transfer-encoding");
  const std::string_view length = header("content-length");
  is_chunked_ = lower(coding) == "chunked";
  if (!coding.empty() && (!is_chunked_ || !length.empty()))
    return malformed("the transfer encoding", coding);
  if (is_chunked_) left_ = 0;
  if (!length.empty() && !(left_ = number(length, 10)))
    return malformed("the content length", length);
  if (status_ == 204 || status_ == 304) left_ = 0;
  has_ended_ = !is_chunked_ && left_ == 0;
  return {};
}

Result<HttpAnswer> HttpAnswer::begin(Connection& connection, const Patience& patience) {
  HttpAnswer answer(connection);
  for (int passed = 0; passed < kMostInformational; ++passed) {
    TRY(answer.read_head(patience));
    if (answer.status_ < 100 || answer.status_ >= 200) {
      TRY(answer.frame_body());
      return answer;
    }
  }
  return malformed("no status but many of", "100 Continue");
}

std::string_view HttpAnswer::header(std::string_view name) const {
  const auto found = headers_.find(name);
  return found == headers_.end() ? std::string_view() : found->second;
}

/// Reads the size of the next chunk; after the last one, the trailers.
Result<> HttpAnswer::begin_chunk(const Patience& patience) {
  TRY(const std::string line, read_line(patience));
  left_ = number(trim(std::string_view(line).substr(0, line.find(';'))), 16);
  if (!left_) return malformed("the chunk size", line);
  has_ended_ = left_ == 0;
  for (std::size_t count = 0; has_ended_ && count < kMostHeaders; ++count) {
    TRY(const std::string trailer, read_line(patience));
    if (trailer.empty()) break;
  }
  return {};
}

Result<std::string> HttpAnswer::read_some(const Patience& patience) {
  if (is_chunked_ && !has_ended_ && left_ == 0) TRY(begin_chunk(patience));
  if (has_ended_) return std::string();
  if (buffer_.empty()) {
    TRY(const bool is_more, receive(patience));
    if (!is_more && left_)
      return broken("mcp.closed", "the server closed the connection before its answer was whole");
    has_ended_ = !is_more;
  }
  const std::size_t size = static_cast<std::size_t>(
      std::min<std::uint64_t>(buffer_.size(), left_.value_or(buffer_.size())));
  std::string piece = buffer_.substr(0, size);
  buffer_.erase(0, size);
  if (left_) *left_ -= size;
  if (left_ == 0 && is_chunked_) {
    TRY(const std::string after, read_line(patience));
    if (!after.empty()) return malformed("a chunk that is followed by", after);
  }
  if (left_ == 0 && !is_chunked_) has_ended_ = true;
  return piece;
}

Result<std::string> HttpAnswer::read_rest(std::size_t limit, const Patience& patience) {
  std::string body;
  for (;;) {
    TRY(const std::string piece, read_some(patience));
    if (piece.empty()) return body;
    body += piece;
    if (body.size() > limit)
      return broken("mcp.http", fmt::format("the server's answer has over {} bytes", limit));
  }
}

}  // namespace crafter::mcp
