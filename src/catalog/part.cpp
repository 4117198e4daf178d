// Reads part.json strictly: every problem of a part at once.

#include "catalog/part.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>

#include "base/text.h"
#include "catalog/fields.h"
#include "catalog/part_files.h"
#include "jsonschema/defaults.h"
#include "jsonschema/metaschema.h"

namespace crafter {
namespace {

constexpr std::array<std::string_view, 3> kKinds{"base", "capability", "deployment"};

void read_identity(Reader& reader, const std::string& folder, Part& part) {
  static const std::vector<std::string> kinds(kKinds.begin(), kKinds.end());
  part.name = read_required(reader, "name");
  if (!part.name.empty() && part.name != folder)
    reader.note("name", "part.name", fmt::format("the part is called {}", quote(part.name)),
                fmt::format("call it {}, as its folder", quote(folder)));
  if (!reader.has("kind"))
    reader.note("kind", "field.missing", "kind is missing", "it is base, capability or deployment");
  if (const auto kind = read_choice(reader, "kind", kinds))
    part.kind = static_cast<PartKind>(std::ranges::find(kinds, *kind) - kinds.begin());
  part.rank = reader.number("rank").value_or(part.rank);
  part.summary = read_required(reader, "summary");
}

using ItemReader = std::function<void(Reader& item)>;

/// A list whose items are texts, or objects that say the same as `member` and more besides.
void read_texts_or_objects(Reader& reader, std::string_view name, std::string_view member,
                           const ItemReader& read) {
  const JsonArray* list = reader.list(name);
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
    const Json& given = (*list)[i];
    const Json whole = given.is_string() ? Json(JsonObject{{member, given}}) : given;
    Reader item(whole, append_pointer(reader.at(name), i), reader.problems());
    if (!whole.is_object()) continue;  // the reader has noted it
    read(item);
    item.close();
  }
}

void read_companions(Reader& reader, Part& part) {
  read_texts_or_objects(reader, "requires", "part", [&](Reader& item) {
    Companion companion{.part = read_required(item, "part")};
    if (item.object("options") != nullptr) {
      companion.options = *item.any("options");
      for (const Violation& violation : check_schema(companion.options))
        item.problems().error("part.options", item.at("options") + violation.pointer,
                              violation.message, violation.hint);
    }
    part.requires_.push_back(std::move(companion));
  });
}

void read_dependencies(Reader& reader, Part& part) {
  read_texts_or_objects(reader, "dependencies", "requirement", [&](Reader& item) {
    part.dependencies.push_back(
        {read_required(item, "requirement"), item.text("when").value_or("")});
  });
}

void read_relations(Reader& reader, Part& part) {
  part.extends = reader.text("extends").value_or("");
  if (!part.extends.empty() && part.kind != PartKind::base)
    reader.note("extends", "part.extends", "only a base extends another");
  part.after = read_names(reader, "after");
  part.before = read_names(reader, "before");
  part.conflicts = read_names(reader, "conflicts");
  read_companions(reader, part);
  for (const Word& pointer : read_distinct(reader, "implied_by")) {
    part.implied_by.push_back(pointer.text);
    if (!pointer.text.starts_with('/'))
      reader.problems().error("part.pointer", pointer.pointer, "this is no pointer into the form",
                              "it begins with /, like /custom_tools");
  }
}

/// Options that a part does not declare do not exist, unless its schema says otherwise.
void read_options(Reader& reader, Part& part) {
  const JsonObject* given = reader.object("options");
  JsonObject schema = given == nullptr ? JsonObject{} : *given;
  if (given != nullptr && text_of(*reader.any("options"), "type") != "object")
    reader.note("options", "part.options", "the options' schema is none of an object",
                "give it \"type\": \"object\"");
  schema.emplace("type", "object");
  if (!schema.contains("properties")) schema["properties"] = JsonObject{};
  if (!schema.contains("additionalProperties")) schema["additionalProperties"] = false;
  part.options = std::move(schema);
  const auto report = [&](const std::vector<Violation>& violations) {
    for (const Violation& violation : violations)
      reader.problems().error("part.options", reader.at("options") + violation.pointer,
                              violation.message, violation.hint);
  };
  report(check_schema(part.options));
  report(check_defaults(part.options));
}

bool is_variable(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !name.empty() && name.size() <= 64 && name[0] >= 'A' && name[0] <= 'Z' &&
         std::ranges::all_of(name, fits);
}

void read_environment(Reader& reader, Part& part) {
  const JsonArray* list = reader.list("environment");
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
    Reader item((*list)[i], append_pointer(reader.at("environment"), i), reader.problems());
    Variable variable{.name = read_required(item, "name"),
                      .description = item.text("description").value_or(""),
                      .value = item.text("value").value_or(""),
                      .secret = item.boolean("secret").value_or(false),
                      .required = item.boolean("required").value_or(false),
                      .when = item.text("when").value_or("")};
    if (!variable.name.empty() && !is_variable(variable.name))
      item.note("name", "part.variable", "this is no name of a variable",
                "upper-case letters, digits and _, like MCP_PORT");
    item.close();
    part.environment.push_back(std::move(variable));
  }
}

void read_notices(Reader& reader, Part& part) {
  const JsonArray* list = reader.list("notices");
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
    Reader item((*list)[i], append_pointer(reader.at("notices"), i), reader.problems());
    part.notices.push_back({.when = item.text("when").value_or(""),
                            .message = read_required(item, "message"),
                            .hint = item.text("hint").value_or("")});
    item.close();
  }
}

void read_proof(Reader& reader, Part& part) {
  part.proof = JsonObject{};
  if (reader.object("proof") == nullptr) return;
  part.proof = *reader.any("proof");
  Reader proof(part.proof, reader.at("proof"), reader.problems());
  if (proof.object("environment") != nullptr) {
    Reader environment(*proof.any("environment"), proof.at("environment"), reader.problems());
    for (const auto& member : part.proof.at("environment").get_object())
      environment.text({member.key().data(), member.key().size()});
  }
  proof.close();
}

void read_repository(Reader& reader, Part& part) {
  if (reader.object("repository") == nullptr) return;
  part.repository = *reader.any("repository");
  Reader repository(*part.repository, reader.at("repository"), reader.problems());
  read_required(repository, "branch");
  read_required(repository, "message");
  repository.close();
}

}  // namespace

std::string_view spelled(PartKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

Result<Part> read_part(const Directory& catalog, const std::string& name) {
  const std::string folder = "parts/" + name;
  TRY(const std::string text, catalog.read(folder + "/part.json"));
  TRY(const Document document, read_json(text, folder + "/part.json", kTrusted));
  TRY(const PartFiles files, find_part_files(catalog, folder));
  Part part;
  Problems problems{&document, {}, {}};
  Reader reader(document.value, "", problems);
  read_identity(reader, name, part);
  read_relations(reader, part);
  read_options(reader, part);
  read_copied(reader, files, part);
  read_emitted(reader, part);
  read_rendered(reader, files, part);
  read_environment(reader, part);
  read_dependencies(reader, part);
  part.dev_dependencies = read_names(reader, "dev_dependencies");
  read_notices(reader, part);
  read_proof(reader, part);
  read_repository(reader, part);
  reader.close();
  if (problems.errors.empty()) return part;
  return Failure(Fault::invalid_input, std::move(problems.errors));
}

}  // namespace crafter
