// ECMAScript regular expressions, rewritten for RE2.

#pragma once

#include <string>
#include <string_view>

namespace crafter {

/// A pattern in RE2's notation.
///
/// `beyond` says that the original uses what no engine does in linear time (look-around, back
/// references, properties that RE2 does not know, repetitions over 1000): then `text` has something
/// harmless in its place and serves only to check the rest. `problem` says what is wrong already.
struct Rewritten {
  std::string text;
  bool beyond = false;
  std::string problem;
};

/// Rewrites ECMA-262 with the flag u, which JSON Schema 2020-12 (section 6.4) recommends; \A, \Z,
/// (?P<name>...) and (?i), which Python knows as well, are let through.
Rewritten rewrite_ecma(std::string_view pattern);

}  // namespace crafter
