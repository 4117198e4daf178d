// The table of keywords.

#include "jsonschema/keyword.h"

#include <algorithm>
#include <iterator>

#include "jsonschema/keyword_checks.h"

namespace crafter {
namespace {

using namespace checks;

/// Sorted by name. `definitions` is not of this draft, but the metaschema knows it.
constexpr Keyword kKeywords[] = {
    {"$defs", core, kObject, kAny, Holds::map, nullptr},
    {"$dynamicRef", core, kText, kAny, Holds::nothing, reference},
    {"$ref", core, kText, kAny, Holds::nothing, reference},
    {"additionalProperties", applicator, kSchema, kObject, Holds::schema, additional_properties},
    {"allOf", applicator, kList, kAny, Holds::list, all_of},
    {"anyOf", applicator, kList, kAny, Holds::list, any_of},
    {"const", validation, kAny, kAny, Holds::nothing, constant},
    {"contains", applicator, kSchema, kList, Holds::schema, contains},
    {"contentSchema", core, kSchema, kAny, Holds::schema, nullptr},
    {"definitions", core, kObject, kAny, Holds::map, nullptr},
    {"dependentRequired", validation, kObject, kObject, Holds::nothing, dependent_required},
    {"dependentSchemas", applicator, kObject, kObject, Holds::map, dependent_schemas},
    {"else", applicator, kSchema, kAny, Holds::schema, nullptr},
    {"enum", validation, kList, kAny, Holds::nothing, enumeration},
    {"exclusiveMaximum", validation, kNumber, kNumber, Holds::nothing, exclusive_maximum},
    {"exclusiveMinimum", validation, kNumber, kNumber, Holds::nothing, exclusive_minimum},
    {"if", applicator, kSchema, kAny, Holds::schema, condition},
    {"items", applicator, kSchema, kList, Holds::schema, items},
    {"maxItems", validation, kNumber, kList, Holds::nothing, max_items},
    {"maxLength", validation, kNumber, kText, Holds::nothing, max_length},
    {"maxProperties", validation, kNumber, kObject, Holds::nothing, max_properties},
    {"maximum", validation, kNumber, kNumber, Holds::nothing, maximum},
    {"minItems", validation, kNumber, kList, Holds::nothing, min_items},
    {"minLength", validation, kNumber, kText, Holds::nothing, min_length},
    {"minProperties", validation, kNumber, kObject, Holds::nothing, min_properties},
    {"minimum", validation, kNumber, kNumber, Holds::nothing, minimum},
    {"multipleOf", validation, kNumber, kNumber, Holds::nothing, multiple_of},
    {"not", applicator, kSchema, kAny, Holds::schema, negation},
    {"oneOf", applicator, kList, kAny, Holds::list, one_of},
    {"pattern", validation, kText, kText, Holds::nothing, pattern},
    {"patternProperties", applicator, kObject, kObject, Holds::map, pattern_properties},
    {"prefixItems", applicator, kList, kList, Holds::list, prefix_items},
    {"properties", applicator, kObject, kObject, Holds::map, properties},
    {"propertyNames", applicator, kSchema, kObject, Holds::schema, property_names},
    {"required", validation, kList, kObject, Holds::nothing, required},
    {"then", applicator, kSchema, kAny, Holds::schema, nullptr},
    {"type", validation, kText | kList, kAny, Holds::nothing, type},
    {"unevaluatedItems", unevaluated, kSchema, kList, Holds::schema, unevaluated_items, true},
    {"unevaluatedProperties", unevaluated, kSchema, kObject, Holds::schema, unevaluated_properties,
     true},
    {"uniqueItems", validation, kBoolean, kList, Holds::nothing, unique_items},
};

static_assert(std::ranges::is_sorted(kKeywords, {}, &Keyword::name));

}  // namespace

const Keyword* find_keyword(std::string_view name) {
  const auto* found = std::ranges::lower_bound(kKeywords, name, {}, &Keyword::name);
  return found != std::end(kKeywords) && found->name == name ? found : nullptr;
}

}  // namespace crafter
