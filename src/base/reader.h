// A Reader takes an object of a Document apart and remembers everything that was wrong with it.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/document.h"

namespace crafter {

/// The problems found in one document; shared by all Readers of it. Owned by who starts reading.
struct Problems {
  const Document* document;
  std::vector<Diagnostic> errors;
  std::vector<Diagnostic> warnings;

  void error(std::string_view code, std::string_view pointer, std::string message,
             std::string hint = {});
  void warning(std::string_view code, std::string_view pointer, std::string message,
               std::string hint = {});
};

/// A Reader never fails half-way: an ill-typed field is noted and reads as empty. Ask for every
/// field, then call `close`: what was not asked for is unknown, and said to be so with the nearest
/// known name. Borrows the document and the problems.
class Reader {
 public:
  /// Notes "expected an object" and reads as an empty one when `value` is none.
  Reader(const Json& value, std::string pointer, Problems& problems);

  /// The member as it is, or nullptr when absent. Marks the name as known.
  const Json* any(std::string_view name);
  /// Each returns nothing when absent, and notes a wrong type.
  std::optional<std::string> text(std::string_view name);
  std::optional<bool> boolean(std::string_view name);
  std::optional<std::int64_t> integer(std::string_view name);
  std::optional<double> number(std::string_view name);
  const JsonArray* list(std::string_view name);
  const JsonObject* object(std::string_view name);

  [[nodiscard]] bool has(std::string_view name) const;
  [[nodiscard]] std::string at(std::string_view name) const;  ///< pointer of the member
  [[nodiscard]] const std::string& pointer() const { return pointer_; }
  [[nodiscard]] Problems& problems() { return problems_; }

  /// Notes an error at the member `name` ("" for the object itself).
  void note(std::string_view name, std::string_view code, std::string message,
            std::string hint = {});
  /// Notes every member that nobody asked for, with a did-you-mean from the names asked for.
  void close();

 private:
  void note_type(std::string_view name, const Json& value, std::string_view expected);

  const JsonObject& object_;
  std::string pointer_;
  Problems& problems_;
  std::vector<std::string> known_;
};

}  // namespace crafter
