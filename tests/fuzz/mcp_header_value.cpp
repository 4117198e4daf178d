// Values of headers: what can be read can be written, and reads the same again.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/text.h"
#include "mcp/header_value.h"
#include "mcp/uri_template.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace crafter::mcp;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto value = read_header_value(text)) {
    const std::string written = header_value(*value);
    if (!crafter::find_invalid_utf8(*value) && read_header_value(written) != value) std::abort();
  }
  const auto pattern = UriTemplate::parse(text.substr(0, size / 2));
  if (pattern) static_cast<void>(pattern->match(text.substr(size / 2)));
  return 0;
}
