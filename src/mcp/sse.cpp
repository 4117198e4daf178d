// Server-sent events, taken apart as they arrive.

#include "mcp/sse.h"

#include <utility>

#include "mcp/message.h"

namespace crafter::mcp {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

}  // namespace

/// A line ends with LF, CR or CRLF. A CR at the very end waits for what follows it.
std::optional<std::string> SseReader::take_line() {
  const std::size_t end = buffer_.find_first_of("\r\n", searched_);
  searched_ = std::min(end, buffer_.size());
  if (end == std::string::npos) return std::nullopt;
  if (buffer_[end] == '\r' && end + 1 == buffer_.size()) return std::nullopt;
  std::string line = buffer_.substr(begin_, end - begin_);
  begin_ = searched_ = end + (buffer_.compare(end, 2, "\r\n") == 0 ? 2 : 1);
  if (std::exchange(is_first_line_, false) && line.starts_with(kByteOrderMark))
    line.erase(0, kByteOrderMark.size());
  return line;
}

void SseReader::take_field(std::string_view line) {
  const std::size_t colon = line.find(':');
  const std::string_view name = line.substr(0, colon);
  std::string_view value = colon == line.npos ? "" : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (name == "data") event_.data.append(value).append("\n");
  if (name == "event") event_.type = value;
  if (name == "id") event_.id = value;
}

Result<std::optional<SseEvent>> SseReader::next() {
  while (const auto line = take_line()) {
    if (!line->empty()) {
      take_field(*line);
    } else if (SseEvent event = std::exchange(event_, {}); !event.data.empty()) {
      event.data.pop_back();
      if (event.type.empty()) event.type = "message";
      return std::optional(std::move(event));
    }
    if (event_.data.size() > limit_) break;
  }
  buffer_.erase(0, std::exchange(begin_, 0));
  searched_ = buffer_.size() - (buffer_.ends_with('\r') ? 1 : 0);
  if (buffer_.size() + event_.data.size() <= limit_) return std::optional<SseEvent>();
  return broken("mcp.http", "the server sent an event that is far too long");
}

}  // namespace crafter::mcp
