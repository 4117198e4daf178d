// JSON Schemas in a form: what `parameters` means, and whether a schema makes sense.

#pragma once

#include <optional>
#include <string_view>

#include "base/reader.h"
#include "draft/drafting.h"

namespace crafter {

/// The input schema that the field `parameters` stands for: a whole schema as it is, or one made
/// from a map of names (product.md, "Settled details"). An empty object schema when it is absent.
Json read_parameters(Reader& tool);

/// A whole schema in the field `name`, checked; an object.
std::optional<Json> read_schema(Reader& tool, std::string_view name);

}  // namespace crafter
