// Server-sent events, taken apart as they arrive.

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace crafter::mcp {

struct SseEvent {
  std::string type = "message";
  std::string data;
  std::string id;
};

/// Reads a text/event-stream (WHATWG HTML, section 9.2.6) in pieces of any size. An event without
/// data is none; an unfinished one at the end of the stream neither.
class SseReader {
 public:
  explicit SseReader(std::size_t limit) : limit_(limit) {}

  void add(std::string_view bytes) { buffer_.append(bytes); }
  /// The next whole event; nothing when more bytes are needed. unverified when one has more than
  /// `limit` bytes.
  Result<std::optional<SseEvent>> next();

 private:
  std::optional<std::string> take_line();
  void take_field(std::string_view line);

  std::size_t limit_;
  std::string buffer_;
  std::size_t begin_ = 0;     // of what is not read yet
  std::size_t searched_ = 0;  // up to here there is no line end
  SseEvent event_;
  bool is_first_line_ = true;
};

}  // namespace crafter::mcp
