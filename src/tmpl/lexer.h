// Cuts an expression into tokens.

#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "tmpl/syntax.h"

namespace crafter::tmpl {

struct Token {
  enum class Kind { end, name, sign, literal };

  Kind kind = Kind::end;
  std::size_t offset = 0;
  std::string_view text;  ///< as written
  Json literal;           ///< of a string or number
};

struct Tokens {
  std::vector<Token> list;  ///< the last one is the end
  std::size_t end = 0;      ///< behind the closer
  bool trims = false;       ///< a "-" stood before the closer: white space behind it goes
};

/// Tokens from `begin` to `closer` ("}}"), or to the end of the text when closer is "".
Result<Tokens> tokenize(const Source& source, std::size_t begin, std::string_view closer);

}  // namespace crafter::tmpl
