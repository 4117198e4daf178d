// Validates each default against the schema beside it.

#include "jsonschema/defaults.h"

#include "jsonschema/checker.h"
#include "jsonschema/program.h"

namespace crafter {

std::vector<Violation> check_defaults(const Json& schema) {
  std::vector<Violation> all;
  const auto program = load_program(schema, {});
  for (const Node* node : program->own) {
    const Json* value = find(*node->schema, "default");
    if (value == nullptr) continue;
    std::vector<Violation> found;
    Checker(*program, &found).run(*node, *value);
    for (Violation& violation : found) {
      violation.pointer = append_pointer(node->pointer, "default") + violation.pointer;
      violation.message = "the default does not fit its schema: " + violation.message;
      all.push_back(std::move(violation));
    }
  }
  return all;
}

}  // namespace crafter
