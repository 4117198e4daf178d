// Which characters text fields refuse, and why.

#include <fmt/core.h>

#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "base/utf8.h"

namespace crafter {
namespace {

struct Range {
  char32_t first;
  char32_t last;
  const char* name;
};

/// Sorted. From the Unicode character database: categories Cc, Cf, Zl, Zp and the blank fillers,
/// without tab, line feed, U+200C, U+200D (joiners), variation selectors, and the visible number
/// signs of category Cf (U+0600 ...).
constexpr Range kRefused[] = {
    {0x0000, 0x0008, "control character"},     {0x000B, 0x001F, "control character"},
    {0x007F, 0x009F, "control character"},     {0x00AD, 0x00AD, "soft hyphen"},
    {0x034F, 0x034F, "invisible character"},   {0x061C, 0x061C, "bidirectional control"},
    {0x115F, 0x1160, "invisible character"},   {0x17B4, 0x17B5, "invisible character"},
    {0x180E, 0x180E, "invisible character"},   {0x200B, 0x200B, "zero width space"},
    {0x200E, 0x200F, "bidirectional control"}, {0x2028, 0x2028, "line separator"},
    {0x2029, 0x2029, "paragraph separator"},   {0x202A, 0x202E, "bidirectional control"},
    {0x2060, 0x2064, "invisible character"},   {0x2066, 0x2069, "bidirectional control"},
    {0x206A, 0x206F, "invisible character"},   {0x3164, 0x3164, "invisible character"},
    {0xFEFF, 0xFEFF, "byte order mark"},       {0xFFA0, 0xFFA0, "invisible character"},
    {0xFFF9, 0xFFFB, "invisible character"},   {0xFFFE, 0xFFFF, "no character"},
    {0x1BCA0, 0x1BCA3, "invisible character"}, {0x1D173, 0x1D17A, "invisible character"},
    {0xE0000, 0xE007F, "tag character"},
};

const Range* refused(char32_t character) {
  const auto* range = std::ranges::lower_bound(kRefused, character, {}, &Range::last);
  return range != std::end(kRefused) && character >= range->first ? range : nullptr;
}

}  // namespace

std::optional<Forbidden> find_forbidden(std::string_view utf8) {
  std::size_t next = 0;
  while (next < utf8.size()) {
    const std::size_t offset = next;
    const char32_t character = next_utf8(utf8, next);
    if (const Range* range = refused(character))
      return Forbidden{offset, character,
                       fmt::format("U+{:04X} ({})", static_cast<unsigned>(character), range->name)};
  }
  return std::nullopt;
}

}  // namespace crafter
