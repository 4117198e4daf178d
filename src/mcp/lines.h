// Messages one a line, taken apart as they arrive.

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace crafter::mcp {

/// Splits bytes that come in pieces of any size. A line beyond the limit is not kept: it is told of
/// once, where it ends.
class LineReader {
 public:
  explicit LineReader(std::size_t limit) : limit_(limit) {}

  struct Line {
    std::string_view text;     ///< good until the next `add`
    bool is_too_long = false;  ///< then `text` is empty
  };

  void add(std::string_view bytes);
  /// The next whole line without its end; nothing when more bytes are needed.
  std::optional<Line> next();
  /// What is left at the end of the stream, as if a line end followed.
  std::optional<Line> last();

 private:
  const std::size_t limit_;
  std::string buffer_;
  std::size_t begin_ = 0;     // of what is not taken yet
  std::size_t searched_ = 0;  // up to here there is no line end
  bool is_too_long_ = false;
};

}  // namespace crafter::mcp
