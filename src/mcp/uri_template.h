// URIs by pattern: the part of RFC 6570 that can be read backwards.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace crafter::mcp {

/// Text with {name} (one segment: no slash, encoded or not) and {+name} (anything) in it.
class UriTemplate {
 public:
  /// invalid_input when it is another level of RFC 6570, or two variables touch.
  static Result<UriTemplate> parse(std::string_view text);

  /// The variables, percent-decoded, if `uri` fits. An encoded NUL or ill-formed UTF-8 never does.
  [[nodiscard]] std::optional<JsonObject> match(std::string_view uri) const;

 private:
  struct Piece {
    std::string literal;  // that stands before the variable
    std::string name;     // "": none, at the end
    bool is_path = false;
  };

  std::vector<Piece> pieces_;
};

}  // namespace crafter::mcp
