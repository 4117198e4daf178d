// JSON Schema 2020-12: compiles schemas and says what is wrong with values.

#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace crafter {

struct Program;

/// One thing that is wrong with a value (or, in metaschema.h, with a schema).
struct Violation {
  std::string pointer;         ///< where in the value
  std::string keyword;         ///< what refuses it: "minimum"; "" for the schema false
  std::string schema_pointer;  ///< where that keyword stands in its schema
  std::string message;         ///< lower case, no full stop
  std::string hint;            ///< or empty
  Severity severity = Severity::error;

  bool operator==(const Violation&) const = default;
};

/// Schemas that others may refer to, by the absolute URI they go by.
using SchemaLibrary = std::map<std::string, Json, std::less<>>;

/// A Schema is compiled once and then validates any number of values, from any thread.
///
/// Follows the draft's mandatory parts, with `format` as annotation. A keyword whose value makes no
/// sense is ignored, and so is a pattern that RE2 cannot take: check_schema names both. Nothing is
/// ever fetched. Work and depth are bounded; a value that exceeds them is refused.
class Schema {
 public:
  /// Fails with invalid_input when a reference leads nowhere or a pattern is none; pointers are
  /// those of `schema`.
  static Result<Schema> compile(const Json& schema, const SchemaLibrary& library = {});

  /// Everything that is wrong, in the order of the schema; empty when the value fits.
  [[nodiscard]] std::vector<Violation> validate(const Json& value) const;
  /// The same, without explanations: quicker.
  [[nodiscard]] bool accepts(const Json& value) const;

 private:
  explicit Schema(std::shared_ptr<const Program> program) : program_(std::move(program)) {}

  std::shared_ptr<const Program> program_;
};

}  // namespace crafter
