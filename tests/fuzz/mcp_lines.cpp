// Lines of a client: the pieces in which they come do not matter.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "mcp/lines.h"

namespace {

constexpr std::size_t kLimit = 16;

std::string lines_in(std::string_view text, std::size_t piece) {
  crafter::mcp::LineReader reader(kLimit);
  std::string found;
  const auto tell = [&](const crafter::mcp::LineReader::Line& line) {
    if (line.text.size() > kLimit || line.text.find('\n') != line.text.npos) std::abort();
    found.append(line.is_too_long ? "!" : "=").append(line.text).append("\n");
  };
  while (!text.empty()) {
    reader.add(text.substr(0, piece));
    text.remove_prefix(std::min(piece, text.size()));
    while (const auto line = reader.next()) tell(*line);
  }
  if (const auto line = reader.last()) tell(*line);
  return found;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  if (lines_in(text, 1 + data[0] % 23) != lines_in(text, size)) std::abort();
  return 0;
}
