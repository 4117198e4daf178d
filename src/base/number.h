// Numbers as JSON and YAML texts write them, read without loss.

#pragma once

#include <string>
#include <string_view>

#include "base/json.h"

namespace crafter {

/// A number, or why its text has no value here (`problem` is empty when there is a value).
struct Number {
  Json value;
  std::string problem;
  std::string hint;
};

/// Whether `text` is a number by the grammar of JSON (RFC 8259, section 6).
bool is_json_number(std::string_view text);

/// The value of [-]digits: int64 or uint64, beyond them a double that equals the digits exactly.
Number read_integer(std::string_view text);

/// The double nearest to a decimal text with fraction or exponent; too large a one is a problem.
Number read_double(std::string_view text);

/// The shortest text that reads back equal, spelled as Python does: 21.5, 1.0, 1e+300, 1e-07.
std::string write_double(double number);

}  // namespace crafter
