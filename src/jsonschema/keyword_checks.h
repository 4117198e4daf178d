// What each keyword checks, by its name.

#pragma once

#include "jsonschema/checker.h"

namespace crafter::checks {

// Validation vocabulary (assertions.cpp).
bool type(const Site& site);
bool enumeration(const Site& site);
bool constant(const Site& site);
bool multiple_of(const Site& site);
bool maximum(const Site& site);
bool exclusive_maximum(const Site& site);
bool minimum(const Site& site);
bool exclusive_minimum(const Site& site);
bool max_length(const Site& site);
bool min_length(const Site& site);
bool pattern(const Site& site);
bool max_items(const Site& site);
bool min_items(const Site& site);
bool unique_items(const Site& site);
bool max_properties(const Site& site);
bool min_properties(const Site& site);
bool required(const Site& site);
bool dependent_required(const Site& site);

// Core and applicator vocabularies, on the same value (logic.cpp).
bool reference(const Site& site);
bool all_of(const Site& site);
bool any_of(const Site& site);
bool one_of(const Site& site);
bool negation(const Site& site);
bool condition(const Site& site);
bool dependent_schemas(const Site& site);

// Applicator and unevaluated vocabularies, on the parts of a value (parts.cpp).
bool prefix_items(const Site& site);
bool items(const Site& site);
bool contains(const Site& site);
bool properties(const Site& site);
bool pattern_properties(const Site& site);
bool additional_properties(const Site& site);
bool property_names(const Site& site);
bool unevaluated_items(const Site& site);
bool unevaluated_properties(const Site& site);

}  // namespace crafter::checks
