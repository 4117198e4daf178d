// The metaschema of JSON Schema 2020-12 and its vocabularies, as published.

#pragma once

#include <string_view>

#include "base/json.h"

namespace crafter {

/// The published document that goes by `uri`, or nullptr.
const Json* find_metaschema(std::string_view uri);

}  // namespace crafter
