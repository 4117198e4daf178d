// A Session is what a verb has at hand: what was asked for, the surroundings, and a mouth.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/outside.h"
#include "engine/crafter.h"

namespace crafter::cli {

/// Lives as long as one command. Everything it says at once, while a verb is still at work, goes
/// to standard error; what a verb came to is its Answer.
class Session {
 public:
  Session(const Arguments& arguments, const Outside& outside)
      : arguments_(arguments), outside_(outside), manner_(manner_of(arguments, outside)) {}

  [[nodiscard]] const Arguments& arguments() const { return arguments_; }
  [[nodiscard]] const Outside& outside() const { return outside_; }
  [[nodiscard]] const Manner& manner() const { return manner_; }

  /// A path that the user named, made absolute from where -C leads.
  [[nodiscard]] std::string path(std::string_view named) const;
  /// The engine, in the workspace around -C. not_found when there is no such folder.
  [[nodiscard]] Result<Crafter> open() const;

  /// Words for people who wait; not when quiet, not with --json.
  void say(std::string_view words) const;
  /// A question, when the manner is interactive; nothing at the end of input.
  [[nodiscard]] std::optional<std::string> ask(std::string_view question) const;
  /// Asks until it is yes or no; `otherwise` on an empty line, false at the end of input.
  [[nodiscard]] bool agrees(std::string_view question, bool otherwise) const;

 private:
  const Arguments& arguments_;
  const Outside& outside_;
  Manner manner_;
};

}  // namespace crafter::cli
