// The forms that a command line names: files, standard input, text right there.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/session.h"

namespace crafter::cli {

/// One form, or why it cannot be read. `label` is what the user called it.
struct Source {
  std::string label;
  Result<FormSource> form;
};

/// Every --form with the flags beside it; one source without a text when there are only flags.
/// usage when NAME does not fit the form's own name, or the combination makes no sense.
Result<std::vector<Source>> sources_of(const Session& session, std::vector<Override> overrides);

/// A form without a text, for those who have only flags.
FormSource bare_form(const Session& session, std::vector<Override> overrides);

/// The form that FORM names: a path, "-" (standard input), or text beginning with "{".
Result<FormSource> read_form_source(const Session& session, const std::string& named);

/// The name a form's text gives its server, also in a wrapped call; "" when that cannot be said.
std::string name_in(std::string_view text, const std::string& file);

/// Reads a file the user named: not_found, or invalid_input for what is no file.
Result<std::string> read_named_file(const Session& session, const std::string& named);

}  // namespace crafter::cli
