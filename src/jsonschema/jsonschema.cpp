// Compiles and runs schemas.

#include "jsonschema/jsonschema.h"

#include <algorithm>

#include "jsonschema/checker.h"
#include "jsonschema/program.h"

namespace crafter {
namespace {

Diagnostic diagnostic_of(const Violation& problem) {
  return {.code = "schema." + (problem.keyword.empty() ? "type" : problem.keyword),
          .pointer = problem.pointer,
          .file = "schema",
          .message = problem.message,
          .hint = problem.hint};
}

}  // namespace

Result<Schema> Schema::compile(const Json& schema, const SchemaLibrary& library) {
  auto program = load_program(schema, library);
  std::vector<Diagnostic> errors;
  for (const Violation& problem : program->problems)
    if (problem.severity == Severity::error) errors.push_back(diagnostic_of(problem));
  if (!errors.empty()) return Failure(Fault::invalid_input, std::move(errors));
  return Schema(std::move(program));
}

std::vector<Violation> Schema::validate(const Json& value) const {
  if (accepts(value)) return {};
  std::vector<Violation> found;
  Checker(*program_, &found).run(program_->root(), value);
  return found;
}

bool Schema::accepts(const Json& value) const {
  return Checker(*program_, nullptr).run(program_->root(), value);
}

}  // namespace crafter
