// Takes the words of a command line apart.

#include "cli/arguments.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "cli/verbs.h"

namespace crafter::cli {
namespace {

Diagnostic usage(std::string_view code, std::string message, std::string hint) {
  return {.code = fmt::format("usage.{}", code),
          .message = std::move(message),
          .hint = std::move(hint)};
}

std::string did_you_mean(std::string_view word, std::span<const std::string> candidates,
                         std::string otherwise) {
  const auto meant = nearest(word, candidates);
  return meant ? fmt::format("did you mean \"{}\"?", *meant) : std::move(otherwise);
}

class Parser {
 public:
  Parser(std::span<const std::string> words, std::span<const Verb> verbs,
         std::span<const Flag> everywhere)
      : words_(words), verbs_(verbs), everywhere_(everywhere) {}

  Parsed parse() {
    while (next_ < words_.size()) {
      const std::string& word = words_[next_++];
      if (only_operands_ || word.size() < 2 || word[0] != '-')
        take_operand(word);
      else if (word == "--")
        only_operands_ = true;
      else if (word[1] == '-')
        take_long(word);
      else
        take_letters(word);
    }
    // An unknown flag may have been meant to take the word after it: what is left says nothing.
    if (problems_.empty() && !arguments_.has("--help") && !arguments_.has("--version"))
      check_operands();
    return {std::move(arguments_), std::move(problems_)};
  }

 private:
  void take_operand(const std::string& word) {
    if (is_lost_) return;
    if (arguments_.verb != nullptr) return arguments_.operands.push_back(word);
    arguments_.verb = find_verb(verbs_, word);
    if (arguments_.verb != nullptr) return;
    is_lost_ = true;
    problems_.push_back(unknown_verb(verbs_, word));
  }

  void take_long(const std::string& word) {
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    const Flag* flag = find([&](const Flag& each) { return each.name == name; });
    if (flag == nullptr) return complain_of(name);
    if (equals == word.npos) return take_value(*flag, std::nullopt);
    take_value(*flag, word.substr(equals + 1));
  }

  void take_letters(const std::string& word) {
    for (std::size_t at = 1; at < word.size(); ++at) {
      const Flag* flag = find([&](const Flag& each) { return each.letter == word[at]; });
      if (flag == nullptr) return complain_of(word);
      const bool is_glued = !flag->value.empty() && at + 1 < word.size();
      take_value(*flag, is_glued ? std::optional(word.substr(at + 1)) : std::nullopt);
      if (is_glued) return;
    }
  }

  void take_value(const Flag& flag, std::optional<std::string> given) {
    std::vector<std::string>& values = arguments_.flags[std::string(flag.name)];
    if (flag.value.empty()) {
      if (given)
        problems_.push_back(usage("value", fmt::format("{} takes no value", flag.name), ""));
      return;
    }
    if (!given && (next_ == words_.size() || is_known(words_[next_]))) {
      problems_.push_back(usage("value", fmt::format("{} needs a value", flag.name),
                                fmt::format("write {} {}", flag.name, flag.value)));
      return;
    }
    values.push_back(given ? *std::move(given) : words_[next_++]);
    check_choice(flag, values.back());
  }

  void check_choice(const Flag& flag, const std::string& value) {
    if (flag.choices.empty()) return;
    const std::vector<std::string> choices = split(flag.choices, ' ');
    if (std::ranges::find(choices, value) != choices.end()) return;
    problems_.push_back(usage("value", fmt::format("{} cannot be {}", flag.name, quote(value)),
                              fmt::format("it is one of {}", enumerate(choices))));
  }

  void check_operands() {
    if (arguments_.verb == nullptr)
      return problems_.push_back(usage("no_verb", "what is to be done?",
                                       "say a verb, as in: mcp-crafter create weather-api"));
    const Verb& verb = *arguments_.verb;
    const std::string hint = fmt::format("usage: mcp-crafter {} {}", verb.name, verb.operands);
    const auto wanted =
        verb.operands.empty() ? std::vector<std::string>{} : split(verb.operands, ' ');
    const std::size_t given = arguments_.operands.size();
    if (given > wanted.size())
      problems_.push_back(usage("operands",
                                fmt::format("{} is one word too many for {}",
                                            quote(arguments_.operands[wanted.size()]), verb.name),
                                hint));
    else if (given < wanted.size() && wanted[given][0] != '[')
      problems_.push_back(
          usage("operands", fmt::format("{} needs {}", verb.name, wanted[given]), hint));
  }

  void complain_of(const std::string& name) {
    if (is_lost_) return;
    std::vector<std::string> names;
    for (const Flag& flag : own_flags()) names.emplace_back(flag.name);
    for (const Flag& flag : everywhere_) names.emplace_back(flag.name);
    const std::string_view verb = arguments_.verb != nullptr ? arguments_.verb->name : "";
    problems_.push_back(
        usage("unknown_flag", fmt::format("unknown flag {}", quote(name)),
              did_you_mean(name, names, fmt::format("see: mcp-crafter help {}", verb))));
  }

  [[nodiscard]] std::span<const Flag> own_flags() const {
    return arguments_.verb != nullptr ? arguments_.verb->flags : std::span<const Flag>{};
  }

  template <class Matches>
  [[nodiscard]] const Flag* find(Matches matches) const {
    for (const std::span<const Flag> flags : {own_flags(), everywhere_})
      if (const auto found = std::ranges::find_if(flags, matches); found != flags.end())
        return &*found;
    return nullptr;
  }

  [[nodiscard]] bool is_known(std::string_view word) const {
    return find([&](const Flag& flag) { return flag.name == word; }) != nullptr;
  }

  std::span<const std::string> words_;
  std::span<const Verb> verbs_;
  std::span<const Flag> everywhere_;
  std::size_t next_ = 0;
  bool only_operands_ = false;
  bool is_lost_ = false;  // the verb is unknown, and with it what its words mean
  Arguments arguments_;
  std::vector<Diagnostic> problems_;
};

}  // namespace

std::string Arguments::value(std::string_view flag, std::string_view otherwise) const {
  const auto found = flags.find(flag);
  return std::string(found == flags.end() || found->second.empty() ? otherwise
                                                                   : found->second.back());
}

std::vector<std::string> Arguments::values(std::string_view flag) const {
  const auto found = flags.find(flag);
  return found == flags.end() ? std::vector<std::string>{} : found->second;
}

std::string Arguments::operand(std::size_t index) const {
  return index < operands.size() ? operands[index] : std::string();
}

const Verb* find_verb(std::span<const Verb> verbs, std::string_view name) {
  const auto found = std::ranges::find(verbs, name, &Verb::name);
  return found == verbs.end() ? nullptr : &*found;
}

Diagnostic unknown_verb(std::span<const Verb> verbs, std::string_view name) {
  std::vector<std::string> names;
  for (const Verb& verb : verbs) names.emplace_back(verb.name);
  return usage("unknown_verb", fmt::format("unknown verb {}", quote(name)),
               did_you_mean(name, names, fmt::format("there are {}", enumerate(names))));
}

Parsed parse(std::span<const std::string> words, std::span<const Verb> verbs,
             std::span<const Flag> everywhere) {
  return Parser(words, verbs, everywhere).parse();
}

}  // namespace crafter::cli
