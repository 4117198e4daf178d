// The verbs: what each is called, takes, says of itself and does.

#pragma once

#include <span>
#include <string_view>

#include "cli/answer.h"
#include "cli/arguments.h"

namespace crafter::cli {

class Session;

struct Verb {
  std::string_view group;  ///< the heading it stands under in help
  std::string_view name;
  std::string_view operands;  ///< "NAME TOOL [ARGS]": those in brackets may be left out
  std::string_view summary;   ///< a line of help
  std::string_view details;   ///< more, for its own help
  std::string_view examples;
  std::span<const Flag> flags;
  Result<Answer> (*act)(const Session&);
};

/// All verbs there are, in the order of help.
std::span<const Verb> verbs();
/// The flags that every verb takes.
std::span<const Flag> flags_everywhere();

// What the verbs do, each in the file of its kind.
Result<Answer> create(const Session& session);
Result<Answer> update(const Session& session);
Result<Answer> diff(const Session& session);
Result<Answer> validate(const Session& session);
Result<Answer> remove(const Session& session);
Result<Answer> init(const Session& session);
Result<Answer> list(const Session& session);
Result<Answer> info(const Session& session);
Result<Answer> status(const Session& session);
Result<Answer> templates(const Session& session);
Result<Answer> capabilities(const Session& session);
Result<Answer> schema(const Session& session);
Result<Answer> check(const Session& session);
Result<Answer> run(const Session& session);
Result<Answer> call(const Session& session);
Result<Answer> inspect(const Session& session);
Result<Answer> install(const Session& session);
Result<Answer> serve(const Session& session);
Result<Answer> doctor(const Session& session);
Result<Answer> version(const Session& session);
Result<Answer> help(const Session& session);

}  // namespace crafter::cli
