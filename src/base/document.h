// A Document is a value that remembers where in a text each part of it stood.

#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/json.h"

namespace crafter {

/// Where a value begins, counted from 1; columns count bytes.
struct Place {
  int line = 1;
  int column = 1;

  bool operator==(const Place&) const = default;
};

struct Document {
  Json value;
  std::string file;                                  ///< as the user named it
  std::map<std::string, Place, std::less<>> places;  ///< of values, by JSON pointer
  std::map<std::string, Place, std::less<>> names;   ///< of members' names, by the same pointer

  /// Where `pointer` stands, or the nearest ancestor that has a place.
  [[nodiscard]] Place place(std::string_view pointer) const;
  /// An error at `pointer`, with file, line and column filled in.
  [[nodiscard]] Diagnostic error(std::string_view code, std::string_view pointer,
                                 std::string message, std::string hint = {}) const;
  /// An error about a member's name: it stands where the name does.
  [[nodiscard]] Diagnostic name_error(std::string_view code, std::string_view pointer,
                                      std::string message, std::string hint = {}) const;
};

/// Reads strict JSON as `parse_json` does, keeping places. A duplicate member, a control character
/// or a number that is none is reported at its pointer; all other problems end the reading.
Result<Document> read_json(std::string_view text, std::string file, const Limits& limits = {});

/// Reads YAML 1.2 core types: null ~ and empty, true/True/TRUE, decimal, 0o17, 0xFF, .5, 1e3. No
/// tags, one document, aliases bounded by the node limit, NaN and infinities refused.
Result<Document> read_yaml(std::string_view text, std::string file, const Limits& limits = {});

/// JSON when the file's name ends in .json or the text begins with "{" (white space aside), else
/// YAML (product.md, "Forms"). A text without any value is an error.
Result<Document> read_document(std::string_view text, std::string file, const Limits& limits = {});

}  // namespace crafter
