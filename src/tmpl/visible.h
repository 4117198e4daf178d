// Text without what nobody sees.

#pragma once

#include <string>
#include <string_view>

namespace crafter::tmpl {

/// `text` without control, bidirectional and invisible characters; line feeds and tabs stay.
std::string visible(std::string_view text);

/// The same on one line: single spaces between words, none at the ends.
std::string visible_line(std::string_view text);

}  // namespace crafter::tmpl
