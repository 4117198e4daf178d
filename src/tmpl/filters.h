// The filters and tests there are: a closed list.

#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tmpl/value.h"

namespace crafter::tmpl {

struct Misuse {
  std::string message;
  std::string hint;
};

/// What is wrong with using `name` with so many arguments; found while parsing.
std::optional<Misuse> misuse_of_filter(std::string_view name, std::size_t arguments);

/// A filter that `misuse_of_filter` let pass. Fails, without a place, where the value does not fit.
Result<Json> apply_filter(std::string_view name, const Json& value, std::span<const Json> arguments,
                          Budget& budget);

/// Tests follow `is`; `defined` is one whose value may be missing.
bool has_test(std::string_view name);
std::vector<std::string> test_names();
bool passes_test(std::string_view name, const Json& value);

}  // namespace crafter::tmpl
