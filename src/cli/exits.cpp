// How the program ends.

#include "cli/exits.h"

#include <algorithm>
#include <array>
#include <string>

namespace crafter::cli {
namespace {

/// The first row that fits decides; `codes` is how the first diagnostic's code begins.
struct Ending {
  Fault fault;
  std::string_view codes;
  Exit exit;
};

constexpr std::array kEndings{
    Ending{Fault::conflict, "drift.", {6, "drift"}},
    Ending{Fault::unverified, "call.", {1, "tool_error"}},
    Ending{Fault::unavailable, "os.no_sandbox", {9, "unavailable"}},
    Ending{Fault::unavailable, "os.no_program", {9, "unavailable"}},
    Ending{Fault::unavailable, "os.kernel", {9, "unavailable"}},
    Ending{Fault::unavailable, "os.", {1, "failure"}},  // the disk, not what is installed
    Ending{Fault::unavailable, "state.", {1, "failure"}},
    Ending{Fault::usage, "", {2, "usage"}},
    Ending{Fault::invalid_input, "", {3, "invalid_input"}},
    Ending{Fault::input_needed, "", {4, "input_needed"}},
    Ending{Fault::conflict, "", {5, "conflict"}},
    Ending{Fault::unverified, "", {7, "unverified"}},
    Ending{Fault::not_found, "", {8, "not_found"}},
    Ending{Fault::unavailable, "", {9, "unavailable"}},
    Ending{Fault::cancelled, "", {130, "cancelled"}},
    Ending{Fault::internal, "", {1, "internal"}},
};

/// A build's diagnostics come from the journal, which keeps their codes, but no fault.
struct Origin {
  std::string_view codes;
  Fault fault;
};

constexpr std::array kOrigins{
    Origin{"proof.", Fault::unverified},
    Origin{"mcp.", Fault::unverified},
    Origin{"form.", Fault::invalid_input},
    Origin{"field.", Fault::invalid_input},
    Origin{"schema.", Fault::invalid_input},
    Origin{"options.", Fault::invalid_input},
    Origin{"document.", Fault::invalid_input},
    Origin{"install.repository", Fault::unavailable},
    Origin{"update.", Fault::conflict},
    Origin{"install.", Fault::conflict},
    Origin{"server.exists", Fault::conflict},
    Origin{"plan.clash", Fault::conflict},
    Origin{"os.exists", Fault::conflict},
    Origin{"os.in_the_way", Fault::conflict},
    Origin{"os.link_in_the_way", Fault::conflict},
    Origin{"os.", Fault::unavailable},
    Origin{"state.", Fault::unavailable},
    Origin{"python.", Fault::unavailable},
};

/// Whether a diagnostic is about a flag's value, not about a form's text.
bool is_about_flag(const Diagnostic& diagnostic) {
  const std::string& file = diagnostic.file;
  return file == "NAME" || (file.starts_with("--") && file != "--form");
}

}  // namespace

Exit exit_of(const Failure& failure) {
  if (failure.fault() == Fault::invalid_input &&
      std::ranges::all_of(failure.diagnostics(), is_about_flag))
    return exit_of({Fault::usage, failure.diagnostics()});
  const std::string& code = failure.diagnostics().front().code;
  return std::ranges::find_if(kEndings,
                              [&](const Ending& ending) {
                                return ending.fault == failure.fault() &&
                                       code.starts_with(ending.codes);
                              })
      ->exit;
}

Failure failure_of_build(bool was_cancelled, std::vector<Diagnostic> diagnostics,
                         std::string_view message) {
  std::erase_if(diagnostics,
                [](const Diagnostic& each) { return each.severity == Severity::warning; });
  if (diagnostics.empty())
    diagnostics.push_back({.code = was_cancelled ? "build.cancelled" : "build.failed",
                           .message = std::string(message.empty() ? "the build failed" : message)});
  if (was_cancelled) return {Fault::cancelled, std::move(diagnostics)};
  const auto* origin = std::ranges::find_if(kOrigins, [&](const Origin& each) {
    return diagnostics.front().code.starts_with(each.codes);
  });
  return {origin == kOrigins.end() ? Fault::internal : origin->fault, std::move(diagnostics)};
}

}  // namespace crafter::cli
