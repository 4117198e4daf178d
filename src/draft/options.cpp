// Options of the parts in use: checked against what each declares, and filled with its defaults.

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "draft/drafting.h"
#include "jsonschema/jsonschema.h"

namespace crafter {
namespace {

bool holds(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

/// Why `name` takes no options here.
void note_unused(const std::string& name, const std::string& pointer, Drafting& work) {
  std::vector<std::string> names;
  std::vector<std::string> promised;
  for (const PartKind kind : {PartKind::capability, PartKind::deployment, PartKind::base}) {
    for (auto& known : work.catalog.names(kind)) names.push_back(std::move(known));
    for (auto& known : work.catalog.promised(kind)) promised.push_back(std::move(known));
  }
  const auto note = [&](std::string message, std::string hint) {
    work.problems.errors.push_back(work.form.document.name_error(
        "form.unused_option", pointer, std::move(message), std::move(hint)));
  };
  if (holds(names, name)) {
    note(fmt::format("{} is not enabled, so it takes no options", name),
         fmt::format(
             "add {} to the {}", quote(name),
             work.catalog.find(name)->kind == PartKind::capability ? "capabilities" : "form"));
  } else if (holds(promised, name)) {
    note(fmt::format("{} is not available in this version", name), "leave its options out");
  } else {
    names.insert(names.end(), promised.begin(), promised.end());
    const auto meant = nearest(name, names);
    note(fmt::format("nothing is called {}", quote(name)),
         meant ? fmt::format("did you mean {}?", quote(*meant))
               : fmt::format("in use are {}", enumerate(work.blueprint.parts)));
  }
}

/// Adds the defaults of absent members, at every level that is there afterwards.
void fill(Json& value, const Json& schema) {
  auto* members = value.if_object();
  const Json* properties = find(schema, "properties");
  if (members == nullptr || properties == nullptr || !properties->is_object()) return;
  for (const auto& property : properties->get_object()) {
    if (const Json* given = find(property.value(), "default");
        given != nullptr && !members->contains(property.key()))
      (*members)[property.key()] = *given;
    if (Json* member = members->if_contains(property.key())) fill(*member, property.value());
  }
}

/// The options there are, as one reads them.
std::string names_of(const Json& schema) {
  std::vector<std::string> names;
  const Json* properties = find(schema, "properties");
  if (properties != nullptr && properties->is_object())
    for (const auto& property : properties->get_object()) names.emplace_back(property.key());
  return enumerate(names);
}

void check_options(const Json& given, const Part& part, const std::string& pointer,
                   Problems& problems) {
  const auto schema = Schema::compile(part.options);
  if (!schema) return;  // loading the catalog saw to it
  const std::string remedy = fmt::format("options of {}: {}", part.name, names_of(part.options));
  for (const Violation& violation : schema->validate(given))
    problems.error("form.option", pointer + violation.pointer, violation.message,
                   violation.hint.empty() ? remedy : violation.hint);
}

}  // namespace

Json completed_options(const Json* given, const Part& part) {
  Json options = given == nullptr ? Json(JsonObject{}) : *given;
  fill(options, part.options);
  return options;
}

void read_options(Reader& root, Drafting& work) {
  Blueprint& blueprint = work.blueprint;
  const JsonObject* options = root.object("options");
  for (const std::string& name : blueprint.parts) {
    const Part& part = *work.catalog.find(name);
    const Json* given = options == nullptr ? nullptr : options->if_contains(name);
    if (given != nullptr)
      check_options(*given, part, append_pointer(root.at("options"), name), work.problems);
    blueprint.options[name] = completed_options(given, part);
  }
  if (options == nullptr) return;
  for (const auto& member : *options) {
    const std::string name(member.key().data(), member.key().size());
    if (!holds(blueprint.parts, name)) note_unused(name, place_in(root.at("options"), name), work);
  }
}

}  // namespace crafter
