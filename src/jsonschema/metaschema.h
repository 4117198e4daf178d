// What is wrong with a schema itself.

#pragma once

#include <vector>

#include "jsonschema/jsonschema.h"

namespace crafter {

/// Judges a schema by the metaschema of 2020-12; also finds references that lead nowhere or out
/// into the network, and patterns that are none. Pointers lead into `schema`: /properties/a/type.
///
/// A pattern that is right but more than RE2 takes (look-around, back references, repetitions over
/// 1000) is only a warning: other engines can take it, and be slow. To tell the two apart, such
/// constructs are replaced by harmless ones and RE2 judges what remains (ecma.h).
std::vector<Violation> check_schema(const Json& schema);

}  // namespace crafter
