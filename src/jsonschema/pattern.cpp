// Compiles patterns with RE2, and tells wrong ones from those RE2 cannot take.

#include "jsonschema/pattern.h"

#include <re2/re2.h>

#include "jsonschema/ecma.h"

namespace crafter {
namespace {

/// Patterns come from strangers and may be many.
constexpr std::int64_t kMemory = 2 << 20;
/// What a pattern costs that was given up for its size.
constexpr std::size_t kTooLarge = 100'000;

bool is_too_large(const RE2& regex) {
  return regex.error_code() == RE2::ErrorPatternTooLarge ||
         regex.error_code() == RE2::ErrorRepeatSize;
}

}  // namespace

Pattern::Pattern(std::string_view ecma) {
  Rewritten rewritten = rewrite_ecma(ecma);
  problem_ = std::move(rewritten.problem);
  if (!problem_.empty()) return;
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMemory);
  auto regex = std::make_unique<RE2>(rewritten.text, options);
  cost_ = regex->ok() ? static_cast<std::size_t>(regex->ProgramSize()) : kTooLarge;
  if (!regex->ok() && !is_too_large(*regex))
    problem_ = regex->error();
  else if (regex->ok() && !rewritten.beyond)
    regex_ = std::move(regex);
}

Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;
Pattern::~Pattern() = default;

bool Pattern::matches(std::string_view text) const {
  return regex_ == nullptr || RE2::PartialMatch({text.data(), text.size()}, *regex_);
}

}  // namespace crafter
