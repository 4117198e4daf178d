// The schema of forms: a constant text in which the catalog's names stand open.

#include <fmt/format.h>

#include "catalog/catalog.h"

namespace crafter {
namespace {

JsonArray listed(const std::vector<std::string>& names) {
  JsonArray list;
  for (const std::string& name : names) list.emplace_back(name);
  return list;
}

/// The schema as it reads at `place` of another: references within it begin there now.
Json rebased(const Json& schema, const std::string& place) {
  if (const auto* list = schema.if_array()) {
    JsonArray copy;
    for (const Json& item : *list) copy.push_back(rebased(item, place));
    return copy;
  }
  if (!schema.is_object()) return schema;
  JsonObject copy;
  for (const auto& member : schema.get_object()) {
    const auto* text = member.value().if_string();
    const bool is_local = member.key() == "$ref" && text != nullptr && text->starts_with('#');
    copy[member.key()] = is_local ? Json("#" + place + std::string(text->begin() + 1, text->end()))
                                  : rebased(member.value(), place);
  }
  return copy;
}

/// A schema of each part's options, for parts that have any.
JsonObject options_of(const Catalog& catalog) {
  JsonObject options;
  for (const PartKind kind : {PartKind::base, PartKind::capability, PartKind::deployment})
    for (const std::string& name : catalog.names(kind))
      options[name] =
          rebased(catalog.find(kind, name)->options, "/properties/options/properties/" + name);
  return options;
}

/// A switch for each deployment; those still to come can only be off.
JsonObject switches_of(const Catalog& catalog) {
  JsonObject switches;
  for (const std::string& name : catalog.names(PartKind::deployment))
    switches[name] = {{"type", "boolean"},
                      {"description", catalog.find(PartKind::deployment, name)->summary}};
  for (const std::string& name : catalog.promised(PartKind::deployment))
    switches[name] = {{"const", false}, {"description", "Not available in this version"}};
  return switches;
}

/// What `{"$catalog": what}` stands for.
Json answer(std::string_view what, const Catalog& catalog) {
  if (what == "base") return listed(catalog.names(PartKind::base));
  if (what == "capability") return listed(catalog.names(PartKind::capability));
  if (what == "preset") return listed(catalog.preset_names());
  if (what == "default_base") return Json(catalog.default_base());
  if (what == "default_preset") return Json(catalog.default_preset());
  if (what == "options") return options_of(catalog);
  if (what == "switches") return switches_of(catalog);
  return nullptr;
}

/// Copies `value`. An object that is nothing but {"$catalog": …} becomes its answer; beside other
/// members, the members of the answer take its place.
Json filled(const Json& value, const Catalog& catalog) {
  if (const auto* list = value.if_array()) {
    JsonArray copy;
    for (const Json& item : *list) copy.push_back(filled(item, catalog));
    return copy;
  }
  if (!value.is_object()) return value;
  JsonObject copy;
  for (const auto& member : value.get_object()) {
    if (member.key() != "$catalog") {
      copy[member.key()] = filled(member.value(), catalog);
      continue;
    }
    Json found = answer(text_of(value, "$catalog"), catalog);
    if (value.get_object().size() == 1 || !found.is_object()) return found;
    for (auto& inner : found.get_object()) copy[inner.key()] = std::move(inner.value());
  }
  return copy;
}

}  // namespace

Json form_schema(const Catalog& catalog) { return filled(catalog.form_template(), catalog); }

}  // namespace crafter
