// Forms as they come: the reader of JSON and YAML, and the writer of what it read.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/document.h"
#include "base/json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto document = crafter::read_document(text, "form");
  if (!document) return 0;
  const std::string written = crafter::write_json(document->value);
  const auto again = crafter::parse_json(written);
  if (!again || crafter::write_json(*again) != written) std::abort();  // a value survives its text
  return 0;
}
