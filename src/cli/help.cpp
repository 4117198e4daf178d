// Writes the pages of help.

#include "cli/help.h"

#include <fmt/core.h>

#include "cli/speech.h"

namespace crafter::cli {
namespace {

constexpr std::string_view kWhat =
    "mcp-crafter makes MCP servers from forms, and proves that they work.\n";

constexpr std::string_view kExits =
    "exit codes\n"
    "  0 done       3 form invalid  6 drift found          9 environment missing\n"
    "  1 failure    4 input needed  7 verification failed  130 interrupted\n"
    "  2 usage      5 conflict      8 not found\n";

constexpr std::string_view kExamples =
    "examples\n"
    "  mcp-crafter create weather-api --complexity simple\n"
    "  mcp-crafter create --form form.json --dry-run\n"
    "  mcp-crafter call weather-api get_weather '{\"city\": \"Oslo\"}'\n";

std::string spelled(const Flag& flag) {
  const std::string value = flag.value.empty() ? "" : " " + std::string(flag.value);
  if (flag.letter == 0) return fmt::format("    {}{}", flag.name, value);
  if (flag.name.size() == 2) return fmt::format("{}{}", flag.name, value);
  return fmt::format("-{}, {}{}", flag.letter, flag.name, value);
}

std::string listed(std::span<const Flag> flags) {
  std::string text;
  for (const Flag& flag : flags) text += fmt::format("  {:28} {}\n", spelled(flag), flag.summary);
  return text;
}

std::string listed_verbs() {
  std::string text;
  std::string_view group;
  for (const Verb& verb : verbs()) {
    if (verb.group != group) text += fmt::format("\n{}\n", verb.group);
    group = verb.group;
    text +=
        fmt::format("  {:28} {}\n", fmt::format("{} {}", verb.name, verb.operands), verb.summary);
  }
  return text;
}

std::string usage_of(const Verb& verb) {
  return fmt::format("usage: mcp-crafter {}{}{} [FLAGS]\n", verb.name,
                     verb.operands.empty() ? "" : " ", verb.operands);
}

}  // namespace

std::string help_page() {
  return fmt::format(
      "{}\nusage: mcp-crafter VERB [WORDS] [FLAGS]\n{}\nflags, before the verb or after "
      "it\n{}\n{}\n{}",
      kWhat, listed_verbs(), listed(flags_everywhere()), kExamples, kExits);
}

std::string help_page(const Verb& verb) {
  std::string text = fmt::format("{}\n{}: {}.\n", usage_of(verb), verb.name, verb.summary);
  if (!verb.details.empty()) text += fmt::format("\n{}", verb.details);
  if (!verb.flags.empty()) text += fmt::format("\nflags\n{}", listed(verb.flags));
  text += fmt::format("\nflags of every verb\n{}", listed(flags_everywhere()));
  return text + fmt::format("\nexamples\n{}\n{}", verb.examples, kExits);
}

std::string usage_page() {
  return fmt::format("{}usage: mcp-crafter VERB [WORDS] [FLAGS]\nall of it: mcp-crafter help\n",
                     kWhat);
}

}  // namespace crafter::cli
