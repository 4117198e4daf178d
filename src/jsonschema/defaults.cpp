// Validates each default against the schema beside it.

#include "jsonschema/defaults.h"

#include <algorithm>

#include "jsonschema/checker.h"
#include "jsonschema/program.h"

namespace crafter {

std::vector<Violation> check_defaults(const Json& schema) {
  std::vector<Violation> all;
  const auto program = load_program(schema, {});
  std::size_t steps = Checker::kMostSteps;
  for (const Node* node : program->own) {
    const Json* value = find(*node->schema, "default");
    if (value == nullptr) continue;
    std::vector<Violation> found;
    Checker checker(*program, &found, steps);
    checker.run(*node, *value);
    steps -= std::min(steps, checker.spent());
    for (Violation& violation : found) {
      violation.pointer = append_pointer(node->pointer, "default") + violation.pointer;
      violation.message = "the default does not fit its schema: " + violation.message;
      all.push_back(std::move(violation));
    }
  }
  return all;
}

}  // namespace crafter
