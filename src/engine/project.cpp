#include "engine/project.h"

#include <utility>

#include "base/text.h"
#include "install/install.h"

namespace crafter {
namespace {

std::string unquoted(std::string_view value) {
  if (value.size() >= 2 && value.front() == '\'' && value.back() == '\'')
    value = value.substr(1, value.size() - 2);
  return std::string(value);
}

}  // namespace

Result<Document> form_document(const Directory& project) {
  TRY(const std::string text, project.read(kFormPath));
  return read_json(text, project.location() + "/" + std::string(kFormPath));
}

Result<Tree> tree_of(const Directory& project, const Catalog& catalog) {
  TRY(const auto entries, project.list());
  const auto& derived = catalog.words("derived_files");
  Tree tree;
  for (const Entry& entry : entries) {
    if (entry.kind != EntryKind::file || is_derived(entry.path, derived)) continue;
    if (entry.path.starts_with(".crafter/")) continue;
    TRY(std::string bytes, project.read(entry.path));
    TreeFile file;
    file.bytes = std::move(bytes);
    file.access = entry.access;
    tree.emplace(entry.path, std::move(file));
  }
  return tree;
}

Result<std::map<std::string, std::string>> env_of(const Directory& project) {
  std::map<std::string, std::string> values;
  TRY(const auto there, project.look(".env"));
  if (!there) return values;
  TRY(const std::string text, project.read(".env"));
  for (const std::string& line : split(text, '\n')) {
    const auto equals = line.find('=');
    if (line.starts_with('#') || equals == std::string::npos) continue;
    values[std::string(trim(line.substr(0, equals)))] = unquoted(trim(line.substr(equals + 1)));
  }
  return values;
}

}  // namespace crafter
