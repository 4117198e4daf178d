// The command line: takes the words apart, lets the verb act, and tells what came of it.

#include "cli/cli.h"

#include <string>

#include "cli/answer.h"
#include "cli/envelope.h"
#include "cli/exits.h"
#include "cli/help.h"
#include "cli/session.h"
#include "cli/speech.h"
#include "cli/verbs.h"
#include "os/terminal.h"

namespace crafter::cli {
namespace {

/// What stands in for a verb that was not said: --help and --version are asked for like verbs.
Answer act(const Session& session, const Parsed& parsed) {
  const Arguments& arguments = parsed.arguments;
  const bool wants_help = arguments.has("--help") && (parsed.problems.empty() || arguments.verb);
  if (wants_help) {
    const std::string page = arguments.verb ? help_page(*arguments.verb) : help_page();
    return {.data = {{"text", page}}, .text = page};
  }
  if (!parsed.problems.empty()) return {.failure = Failure(Fault::usage, parsed.problems)};
  auto answer = arguments.has("--version") ? version(session) : arguments.verb->act(session);
  return answer ? *std::move(answer) : Answer{.failure = std::move(answer).failure()};
}

std::string output_of(const Answer& answer, std::string_view verb, const Manner& manner) {
  return manner.json ? write_json(envelope(verb, answer)) + "\n" : answer.text;
}

std::string errors_of(const Answer& answer, const Manner& manner) {
  if (manner.json) return "";
  std::string text;
  if (!manner.quiet) text += told(answer.warnings, manner.error_colour);
  if (answer.failure) text += told(answer.failure->diagnostics(), manner.error_colour);
  return manner.quiet ? text : text + answer.words;
}

}  // namespace

int obey(const Outside& outside) {
  const Parsed parsed = parse(outside.words, verbs(), flags_everywhere());
  const Session session(parsed.arguments, outside);
  if (outside.words.empty()) {
    write_all(Stream::error, usage_page());
    return exit_of(Failure(Fault::usage, parsed.problems)).code;
  }
  const Answer answer = act(session, parsed);
  const std::string_view verb = parsed.arguments.verb ? parsed.arguments.verb->name : "";
  const bool was_heard = write_all(Stream::output, output_of(answer, verb, session.manner()));
  write_all(Stream::error, errors_of(answer, session.manner()));
  if (!was_heard) write_all(Stream::error, "error: cannot write to standard output\n");
  const int code = answer.failure ? exit_of(*answer.failure).code : kDone.code;
  return was_heard || code != 0 ? code : 1;
}

}  // namespace crafter::cli
