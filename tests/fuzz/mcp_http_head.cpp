// Heads of requests: what is read lies within the bytes, and a beginning of it was not whole.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "mcp/http_gate.h"
#include "mcp/http_head.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace crafter::mcp;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const HttpLimits limits{.head = 4096, .fields = 20, .body = 1000};
  const auto read = read_head(bytes, limits);
  const auto* head = std::get_if<HttpHead>(&read);
  if (head == nullptr) return 0;
  if (head->size > size || head->size > limits.head || head->fields.size() > limits.fields)
    std::abort();
  if (head->length && *head->length > limits.body) std::abort();
  for (const auto& [name, value] : head->fields) {
    if (name.empty() || value.find_first_of("\r\n") != value.npos) std::abort();
  }
  if (!std::holds_alternative<std::monostate>(read_head(bytes.substr(0, head->size - 1), limits)))
    std::abort();
  static_cast<void>(HttpGate(HttpOptions{}).admit(*head));
  return 0;
}
