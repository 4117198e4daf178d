// Words of failed steps.

#include "check/step.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"

namespace crafter {
namespace {

constexpr std::size_t kLines = 60;
constexpr std::size_t kBytes = 8 << 10;

std::string code_of(std::string_view step) {
  std::string code = fmt::format("proof.{}", step);
  std::ranges::replace(code, ' ', '-');
  return code;
}

}  // namespace

Failure step_failure(std::string_view step, std::string message, std::string_view output) {
  return {Fault::unverified, code_of(step), fmt::format("{}: {}", step, message), tail(output)};
}

Failure step_failure(std::string_view step, const Failure& cause, std::string_view output) {
  if (cause.fault() == Fault::cancelled) return cause;
  const std::string& hint = cause.diagnostics().front().hint;
  if (output.find(hint) != output.npos) return step_failure(step, cause.message(), output);
  return step_failure(step, cause.message(), fmt::format("{}\n{}", hint, output));
}

std::string tail(std::string_view output) {
  output = trim(output);
  if (output.size() > kBytes) output.remove_prefix(output.size() - kBytes);
  std::size_t begin = output.size();
  for (std::size_t lines = 0; lines < kLines && begin != 0; ++lines) {
    const auto end = output.rfind('\n', begin - 1);
    begin = end == output.npos ? 0 : end;
  }
  std::string words(trim(output.substr(begin)));
  while (const auto wrong = find_invalid_utf8(words)) words[*wrong] = '?';
  return words;
}

}  // namespace crafter
