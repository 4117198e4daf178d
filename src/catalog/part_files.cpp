// Reads what a part says about its files, and checks it against what lies in its folder.

#include "catalog/part_files.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "catalog/fields.h"

namespace crafter {
namespace {

const std::vector<std::string> kLanguages{"json", "yaml", "compose", "toml", "env", "python"};
const std::vector<std::string> kOwners{"crafter", "user"};
const std::vector<std::string> kAccesses{"normal", "executable"};

Owner read_owner(Reader& reader) {
  return read_choice(reader, "owner", kOwners) == "user" ? Owner::user : Owner::crafter;
}

/// A path in the project leads down and nowhere else.
void check_project_path(Reader& reader, std::string_view name, std::string_view path) {
  const auto odd = [](const std::string& segment) {
    return segment.empty() || segment == "." || segment == "..";
  };
  if (path.empty() || std::ranges::any_of(split(path, '/'), odd))
    reader.note(name, "part.path", fmt::format("{} is no path in the project", quote(path)),
                "write it like src/main.py");
}

Result<std::vector<std::string>> find_files(const Directory& catalog, const std::string& folder) {
  std::vector<std::string> files;
  TRY(const auto entry, catalog.look(folder));
  if (!entry) return files;
  TRY(const auto entries, catalog.list(folder));
  for (const Entry& found : entries)
    if (found.kind == EntryKind::file && !is_leftover(found.path)) files.push_back(found.path);
  return files;
}

std::string_view key_of(const JsonObject::value_type& member) {
  return {member.key().data(), member.key().size()};
}

}  // namespace

bool is_leftover(std::string_view path) {
  return std::ranges::any_of(split(path, '/'), [](const std::string& segment) {
    return segment == "__pycache__" || segment == ".venv" || segment.ends_with(".pyc") ||
           (segment.starts_with('.') && segment.ends_with("_cache"));
  });
}

Result<PartFiles> find_part_files(const Directory& catalog, const std::string& folder) {
  TRY(auto copied, find_files(catalog, folder + "/files"));
  TRY(auto templates, find_files(catalog, folder + "/templates"));
  return PartFiles{folder, std::move(copied), std::move(templates)};
}

void read_copied(Reader& reader, const PartFiles& files, Part& part) {
  const std::size_t prefix = files.folder.size() + std::string_view("/files/").size();
  for (const std::string& source : files.copied)
    part.copied.push_back({.path = source.substr(prefix), .source = source});
  const JsonObject* exceptions = reader.object("files");
  if (exceptions == nullptr) return;
  for (const auto& member : *exceptions) {
    const std::string_view path = key_of(member);
    Reader item(member.value(), append_pointer(reader.at("files"), path), reader.problems());
    const auto access = read_choice(item, "access", kAccesses);
    const Owner owner = read_owner(item);
    const std::string when = item.text("when").value_or("");
    item.close();
    const auto file = std::ranges::find(part.copied, path, &CopiedFile::path);
    if (file == part.copied.end()) {
      item.note("", "part.file", fmt::format("there is no file {}", quote(path)),
                fmt::format("it would be {}/files/{}", files.folder, path));
      continue;
    }
    file->access = access == "executable" ? Access::executable : Access::normal;
    file->owner = owner;
    file->when = when;
  }
}

void read_emitted(Reader& reader, Part& part) {
  const JsonArray* list = reader.list("emit");
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
    Reader item((*list)[i], append_pointer(reader.at("emit"), i), reader.problems());
    EmittedFile file;
    file.path = read_required(item, "path");
    if (!file.path.empty()) check_project_path(item, "path", file.path);
    if (!item.has("language"))
      item.note("language", "field.missing", "language is missing",
                fmt::format("it is one of {}", enumerate(kLanguages)));
    file.language = read_choice(item, "language", kLanguages).value_or("");
    if (const Json* value = item.any("value"))
      file.value = *value;
    else
      item.note("value", "field.missing", "value is missing", "an emitted file is a value");
    file.each = item.text("each").value_or("");
    file.when = item.text("when").value_or("");
    file.owner = read_owner(item);
    file.comment = item.text("comment").value_or("");
    item.close();
    part.emitted.push_back(std::move(file));
  }
}

void read_rendered(Reader& reader, const PartFiles& files, Part& part) {
  const JsonObject* templates = reader.object("templates");
  if (templates == nullptr) return;
  for (const auto& member : *templates) {
    const std::string path(key_of(member));
    Reader item(member.value(), append_pointer(reader.at("templates"), path), reader.problems());
    check_project_path(item, "", path);
    const std::string name = read_required(item, "source");
    const std::string source = fmt::format("{}/templates/{}", files.folder, name);
    if (!name.empty() && std::ranges::find(files.templates, source) == files.templates.end())
      item.note("source", "part.template", fmt::format("there is no template {}", quote(name)),
                fmt::format("it would be {}", source));
    part.rendered.push_back({path, source, item.text("when").value_or("")});
    item.close();
  }
}

}  // namespace crafter
