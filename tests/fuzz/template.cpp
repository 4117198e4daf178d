// Templates of a stranger's catalog: parsing and rendering end, whatever the text is.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tmpl/tmpl.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const crafter::Json facts = *crafter::parse_json(
      R"({"name": "x", "list": [1, 2.5, null, "a|b"], "map": {"k": {"n": true}}, "empty": []})");
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto language :
       {crafter::TemplateLanguage::markdown, crafter::TemplateLanguage::plain}) {
    const auto parsed = crafter::Template::parse(text, "t", language);
    if (parsed) static_cast<void>(parsed->render(facts));
  }
  static_cast<void>(crafter::evaluate(text, facts, "e"));
  return 0;
}
