// Samples a schema: strictly first, else for the shape alone.

#include "jsonschema/example.h"

#include "jsonschema/program.h"
#include "jsonschema/sampler.h"

namespace crafter {

Json example(const Json& schema) {
  const auto program = load_program(schema, {});
  const Wish wish{.nodes = {&program->root()}};
  if (auto value = Sampler(*program, true).sample(wish)) return *std::move(value);
  return Sampler(*program, false).sample(wish).value_or(nullptr);
}

}  // namespace crafter
