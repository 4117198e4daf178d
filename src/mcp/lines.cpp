// Messages one a line, taken apart as they arrive.

#include "mcp/lines.h"

#include <utility>

namespace crafter::mcp {

void LineReader::add(std::string_view bytes) {
  buffer_.erase(0, begin_);
  searched_ -= begin_;
  begin_ = 0;
  buffer_.append(bytes);
}

std::optional<LineReader::Line> LineReader::next() {
  const std::size_t end = buffer_.find('\n', searched_);
  searched_ = end == buffer_.npos ? buffer_.size() : end + 1;
  if (end == buffer_.npos) {
    if (buffer_.size() - begin_ <= limit_) return std::nullopt;
    is_too_long_ = true;
    begin_ = searched_;
    return std::nullopt;
  }
  Line line{std::string_view(buffer_).substr(begin_, end - begin_),
            std::exchange(is_too_long_, false)};
  begin_ = searched_;
  if (line.text.size() > limit_) line.is_too_long = true;
  if (line.is_too_long) line.text = {};
  return line;
}

std::optional<LineReader::Line> LineReader::last() {
  if (buffer_.size() == begin_ && !is_too_long_) return std::nullopt;
  add("\n");
  return next();
}

}  // namespace crafter::mcp
