// Chunked bodies: the pieces in which they come do not matter, and none is longer than allowed.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "mcp/http_head.h"

namespace {

constexpr std::size_t kLimit = 64;

/// The body and how it ended: whole, not yet, or refused. What follows a whole one is left alone.
std::string unchunked(std::string_view bytes, std::size_t piece) {
  crafter::mcp::ChunkReader reader(kLimit);
  std::string waiting;
  while (!bytes.empty() && !reader.is_whole()) {
    waiting += bytes.substr(0, piece);
    bytes.remove_prefix(std::min(piece, bytes.size()));
    const auto taken = reader.take(waiting);
    if (std::holds_alternative<crafter::mcp::HttpFlaw>(taken)) return "refused";
    waiting.erase(0, std::get<std::size_t>(taken));
  }
  if (reader.body().size() > kLimit) std::abort();
  return (reader.is_whole() ? "=" : "...") + reader.body();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  if (unchunked(text, 1 + data[0] % 13) != unchunked(text, size)) std::abort();
  return 0;
}
