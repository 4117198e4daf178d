// Reads a template: text and tags to a tree of statements.

#pragma once

#include "tmpl/syntax.h"
#include "tmpl/tmpl.h"

namespace crafter::tmpl {

/// The first mistake as invalid_input, with its place.
Result<Statements> parse_template(const Source& source, TemplateLanguage language);

}  // namespace crafter::tmpl
