// Flags as the engine's wishes.

#include "cli/wishes.h"

#include <fmt/core.h>

#include <charconv>

#include "base/text.h"

namespace crafter::cli {

ProofWish proof_wish(const Arguments& arguments) {
  return {.level = proof_level(arguments.value("--proof", "full")).value_or(ProofLevel::full),
          .unsandboxed = arguments.has("--unsandboxed")};
}

Result<int> number_of(const Arguments& arguments, std::string_view flag, int least, int most,
                      int otherwise) {
  if (!arguments.has(flag)) return otherwise;
  const std::string text = arguments.value(flag);
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size() && least <= number && number <= most)
    return number;
  return Failure(Fault::usage, "usage.value", fmt::format("{} cannot be {}", flag, quote(text)),
                 fmt::format("it is a number from {} to {}", least, most));
}

}  // namespace crafter::cli
