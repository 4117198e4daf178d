#include "engine/project.h"

#include <cstdint>
#include <utility>

#include "base/text.h"
#include "install/install.h"
#include "install/lock.h"
#include "os/owner.h"
#include "os/path.h"

namespace crafter {
namespace {

/// The value of a line of .env as dotenv reads it: in quotes as it is (in double ones with
/// escapes), else up to a comment.
std::string value_of(std::string_view text) {
  text = trim(text);
  const char quote = text.empty() ? '\0' : text.front();
  if (quote != '\'' && quote != '"') return std::string(trim(text.substr(0, text.find(" #"))));
  std::string value;
  for (std::size_t at = 1; at < text.size() && text[at] != quote; ++at) {
    const bool is_escaped = quote == '"' && text[at] == '\\' && at + 1 < text.size();
    const char next = is_escaped ? text[at + 1] : '\0';
    const bool is_known = is_escaped && (next == quote || next == '\\' || next == 'n');
    if (is_known) ++at;
    value += is_known && next == 'n' ? '\n' : text[at];
  }
  return value;
}

/// A stranger's file of this size is data, not code.
constexpr std::uint64_t kLargest = std::uint64_t{16} << 20;

/// In bytes; 0 in a place that is none on this machine.
std::uint64_t size_of(const Directory& project, const std::string& path) {
  return project.location().empty() ? 0 : file_size(join_path(project.location(), path));
}

bool is_left_out(const std::string& path, bool is_ours, const Catalog& catalog) {
  if (path.starts_with(".crafter/") || is_derived(path, catalog.words("derived_files")))
    return true;
  const bool is_env = split_path(path).second.starts_with(".env") && !path.ends_with(".example");
  return !is_ours && (is_env || is_derived(path, catalog.words("private_files")));
}

}  // namespace

Result<Document> form_document(const Directory& project) {
  TRY(const std::string text, project.read(kFormPath));
  return read_json(text, project.location() + "/" + std::string(kFormPath));
}

Result<Tree> tree_of(const Directory& project, const Catalog& catalog) {
  TRY(const auto entries, project.list());
  const auto lock = read_lock(project);
  Tree tree;
  for (const Entry& entry : entries) {
    const bool is_ours = lock && lock->files.contains(entry.path);
    if (entry.kind != EntryKind::file || is_left_out(entry.path, is_ours, catalog)) continue;
    if (!is_ours && size_of(project, entry.path) > kLargest) continue;
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
    if (trim(line).starts_with('#') || equals == std::string::npos) continue;
    std::string_view name = trim(std::string_view(line).substr(0, equals));
    if (name.starts_with("export ")) name = trim(name.substr(7));
    values[std::string(name)] = value_of(std::string_view(line).substr(equals + 1));
  }
  return values;
}

}  // namespace crafter
