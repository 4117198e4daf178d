// Makes values that a schema accepts.

#pragma once

#include "jsonschema/jsonschema.h"

namespace crafter {

/// A value that the schema accepts, the same one every time: what the schema names itself (const,
/// default, examples, enum), else something small of the right type, with the required members.
///
/// Where none is found (the schema accepts nothing, or asks too cleverly) it is a value of the
/// right shape, or null; Schema::accepts tells. Bounded, also for schemas that contain themselves.
Json example(const Json& schema);

}  // namespace crafter
