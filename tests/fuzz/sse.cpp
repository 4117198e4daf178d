// Event streams of a server that is being proven: the pieces in which they come do not matter.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "mcp/sse.h"

namespace {

constexpr std::size_t kLimit = 4096;

std::vector<std::string> events_in(std::string_view text, std::size_t piece) {
  crafter::mcp::SseReader reader(kLimit);
  std::vector<std::string> found;
  while (!text.empty()) {
    reader.add(text.substr(0, piece));
    text.remove_prefix(std::min(piece, text.size()));
    for (;;) {
      const auto event = reader.next();
      if (!event) return found;
      if (!*event) break;
      found.push_back((*event)->type + '\n' + (*event)->data + '\n' + (*event)->id);
    }
  }
  return found;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > kLimit) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  if (events_in(text, 1 + data[0] % 7) != events_in(text, size)) std::abort();
  return 0;
}
