// Schemas of a form: compiling one and checking a value against it ends, whatever they are.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/json.h"
#include "jsonschema/jsonschema.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto value = crafter::parse_json(text);
  if (!value) return 0;
  const auto schema = crafter::Schema::compile(*value);
  if (schema) static_cast<void>(schema->validate(*value));
  return 0;
}
