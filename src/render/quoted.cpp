// Escapes character by character; plain ASCII, which is nearly everything, without asking.

#include "render/quoted.h"

#include <fmt/core.h>

#include <cstddef>

#include "base/text.h"
#include "base/utf8.h"

namespace crafter {
namespace {

constexpr std::string_view kShort = "\b\t\n\f\r\\";
constexpr std::string_view kLetters = "btnfr\\";

bool is_plain(char c) { return c >= ' ' && c < 0x7F; }

/// Noncharacters, which YAML refuses; the rest of what cannot be seen is forbidden in texts anyway.
bool is_noncharacter(char32_t character) { return (character & 0xFFFE) == 0xFFFE; }

void append_escape(std::string& out, char32_t character) {
  const auto code = static_cast<unsigned>(character);
  const std::size_t known =
      code < 0x80 ? kShort.find(static_cast<char>(code)) : std::string_view::npos;
  if (known != std::string_view::npos)
    out.append(1, '\\').append(1, kLetters[known]);
  else
    out += code > 0xFFFF ? fmt::format("\\U{:08x}", code) : fmt::format("\\u{:04x}", code);
}

}  // namespace

std::string quoted(std::string_view text, char mark) {
  std::string out(1, mark);
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    const std::size_t begin = at;
    if (is_plain(c)) {
      ++at;
      if (c == mark || c == '\\') out += '\\';
      out += c;
      continue;
    }
    const char32_t character = next_utf8(text, at);
    const std::string_view bytes = text.substr(begin, at - begin);
    if (bytes.size() == 1 || find_forbidden(bytes) || is_noncharacter(character))
      append_escape(out, character);
    else
      out += bytes;
  }
  return out += mark;
}

}  // namespace crafter
