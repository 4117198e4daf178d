// Evaluates what part.json says with {"$": expression} and its kin (docs/formats/part.md).

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tmpl/tmpl.h"

namespace crafter {

/// Where an expression stands; for messages.
struct Origin {
  std::string part;
  std::string path;  ///< of the file that it is for
};

/// The value with everything evaluated; nothing when it is an {"$if": ...} without `else` that is
/// false. Fails with internal, naming part, file and expression.
Result<std::optional<Json>> evaluated(const Json& value, const Scope& facts, const Origin& origin);

/// The parts' own expressions: a list (`each`), a truth (`when`, "" is true), a text with {{ }}.
Result<JsonArray> evaluated_list(std::string_view expression, const Scope& facts,
                                 const Origin& origin);
Result<bool> evaluated_truth(std::string_view expression, const Scope& facts, const Origin& origin);
Result<std::string> evaluated_text(std::string_view text, const Scope& facts, const Origin& origin);

/// An internal failure that says which part is wrong, and where.
Failure wrong_part(const Origin& origin, std::string_view code, std::string message,
                   std::string hint = {});

}  // namespace crafter
