// Runs the metaschema, then the loader, whose complaints are about references and patterns.

#include "jsonschema/metaschema.h"

#include <algorithm>

#include "base/assert.h"
#include "jsonschema/metaschema_text.h"
#include "jsonschema/program.h"

namespace crafter {
namespace {

const Schema& metaschema() {
  static const Schema kMetaschema = [] {
    const Json* text = find_metaschema("https://json-schema.org/draft/2020-12/schema");
    CRAFTER_ASSERT(text != nullptr);
    auto schema = Schema::compile(*text);
    CRAFTER_ASSERT(schema);
    return *std::move(schema);
  }();
  return kMetaschema;
}

/// Every vocabulary asks that a schema is an object or a boolean; once is enough.
void add_once(std::vector<Violation>& all, Violation one) {
  const bool known = std::ranges::any_of(all, [&](const Violation& other) {
    return other.pointer == one.pointer && other.message == one.message;
  });
  if (!known) all.push_back(std::move(one));
}

}  // namespace

std::vector<Violation> check_schema(const Json& schema) {
  std::vector<Violation> all;
  for (Violation& violation : metaschema().validate(schema)) add_once(all, std::move(violation));
  if (!schema.is_object()) return all;
  const auto program = load_program(schema, {});
  for (const Violation& problem : program->problems) add_once(all, problem);
  return all;
}

}  // namespace crafter
