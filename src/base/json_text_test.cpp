// Where plain text ends, wherever in a word of eight bytes that is.

#include "base/json_text.h"

#include <gtest/gtest.h>

#include <string>

namespace crafter {
namespace {

bool is_plain(int byte) { return byte >= 0x20 && byte != '"' && byte != '\\'; }

TEST(PlainSize, EndsAtEveryByteThatNeedsAnEscape) {
  for (std::size_t size = 1; size <= 24; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string text(size, 'x');
        text[at] = static_cast<char>(byte);
        EXPECT_EQ(plain_size(text), is_plain(byte) ? size : at) << byte << " at " << at;
      }
    }
  }
}

TEST(PlainSize, EndsAtTheFirstOfSeveral) {
  // Behind a byte that is found, borrowing can mark its neighbours: only the first one counts.
  for (const std::string_view tail : {"\"!", "\"#", "\\]", "\x1f ", "\x01\x21", "\"\x80"}) {
    for (std::size_t before = 0; before < 16; ++before) {
      const std::string text = std::string(before, '\xff') + std::string(tail) + "xxxxxxxx";
      EXPECT_EQ(plain_size(text), before) << text;
    }
  }
}

TEST(PlainSize, OfNothingIsNothing) { EXPECT_EQ(plain_size(""), 0U); }

}  // namespace
}  // namespace crafter
