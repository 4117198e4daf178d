// Says where in a template something is wrong.

#include "tmpl/syntax.h"

#include <fmt/core.h>

#include "base/builder.h"
#include "base/text.h"

namespace crafter::tmpl {

Failure Source::error(std::size_t offset, std::string_view code, std::string message,
                      std::string hint) const {
  const Place place = Ruler(text).place(offset);
  return {Fault::invalid_input, Diagnostic{.code = fmt::format("template.{}", code),
                                           .pointer = {},
                                           .file = std::string(name),
                                           .line = place.line,
                                           .column = place.column,
                                           .message = std::move(message),
                                           .hint = std::move(hint)}};
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
  const auto meant = nearest(word, candidates);
  return meant ? fmt::format("did you mean {}?", quote(*meant)) : std::string();
}

}  // namespace crafter::tmpl
