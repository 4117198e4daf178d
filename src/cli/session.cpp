// A Session opens the engine and speaks to people.

#include "cli/session.h"

#include <fmt/core.h>

#include "base/text.h"
#include "cli/speech.h"
#include "os/disk.h"
#include "os/terminal.h"

namespace crafter::cli {

std::string Session::path(std::string_view named) const {
  return absolute_path(absolute_path(outside_.folder, arguments_.value("-C", ".")), named);
}

Result<Crafter> Session::open() const {
  Surroundings surroundings = surroundings_of(arguments_, outside_);
  if (arguments_.has("-C")) TRY(open_disk(surroundings.folder));
  return Crafter::open(std::move(surroundings));
}

void Session::say(std::string_view words) const {
  if (!manner_.quiet && !manner_.json) write_all(Stream::error, words);
}

std::optional<std::string> Session::ask(std::string_view question) const {
  auto line = crafter::ask(painted(manner_.error_colour, Tone::strong, question) + " ");
  if (!line) write_all(Stream::error, "\n");  // what comes next begins a line
  return line;
}

bool Session::agrees(std::string_view question, bool otherwise) const {
  for (;;) {
    const auto line = ask(fmt::format("{} [{}]", question, otherwise ? "Y/n" : "y/N"));
    if (!line) return false;
    const std::string word = lower(trim(*line));
    if (word.empty()) return otherwise;
    if (word == "y" || word == "yes") return true;
    if (word == "n" || word == "no") return false;
  }
}

}  // namespace crafter::cli
