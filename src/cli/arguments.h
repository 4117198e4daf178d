// The words of a command line, taken apart as the tables of verbs and flags say.

#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace crafter::cli {

/// One flag, as it is typed and explained.
struct Flag {
  std::string_view name;     ///< "--form"
  char letter = 0;           ///< 'C' for -C, or 0
  std::string_view value;    ///< what it takes, as help names it; "" when it takes nothing
  std::string_view summary;  ///< a line of help
  std::string_view choices;  ///< "none syntax full": the only values there are; "" = any
};

struct Verb;

/// What was asked for.
struct Arguments {
  const Verb* verb = nullptr;
  std::vector<std::string> operands;
  std::map<std::string, std::vector<std::string>, std::less<>> flags;  ///< values, by name

  [[nodiscard]] bool has(std::string_view flag) const { return flags.contains(flag); }
  /// The last value given, or `otherwise`.
  [[nodiscard]] std::string value(std::string_view flag, std::string_view otherwise = {}) const;
  [[nodiscard]] std::vector<std::string> values(std::string_view flag) const;
  /// The operand at `index`, or "".
  [[nodiscard]] std::string operand(std::size_t index) const;
};

struct Parsed {
  Arguments arguments;
  std::vector<Diagnostic> problems;  ///< all of them; what was understood stands in `arguments`
};

/// Takes `words` (without the program's name) apart. Flags of everywhere may stand before the verb;
/// `--flag value`, `--flag=value`, `-Cvalue`, `-qy` and `--` mean what they mean elsewhere.
Parsed parse(std::span<const std::string> words, std::span<const Verb> verbs,
             std::span<const Flag> everywhere);

/// The verb called `name`, or nullptr.
const Verb* find_verb(std::span<const Verb> verbs, std::string_view name);
/// usage.unknown_verb, with what was probably meant.
Diagnostic unknown_verb(std::span<const Verb> verbs, std::string_view name);

}  // namespace crafter::cli
