// Writes and reads .crafter/lock.json; reading trusts nothing, for the file is in the user's hands.

#include "install/lock.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/digest.h"
#include "install/changes.h"
#include "os/path.h"

namespace crafter {
namespace {

constexpr int kFormat = 1;

template <class Kind>
struct Spelling {
  Kind kind;
  std::string_view text;
};
constexpr Spelling<Access> kAccesses[] = {
    {Access::normal, "normal"}, {Access::executable, "executable"}, {Access::secret, "secret"}};
constexpr Spelling<Owner> kOwners[] = {{Owner::crafter, "crafter"}, {Owner::user, "user"}};

template <class Kind, std::size_t count>
std::string_view spell(const Spelling<Kind> (&table)[count], Kind kind) {
  return std::ranges::find(table, kind, &Spelling<Kind>::kind)->text;
}

template <class Kind, std::size_t count>
bool read_kind(const Spelling<Kind> (&table)[count], std::string_view text, Kind* kind) {
  const auto found = std::ranges::find(table, text, &Spelling<Kind>::text);
  if (found == std::end(table)) return false;
  *kind = found->kind;
  return true;
}

Json json_of(const Locked& file) {
  JsonArray parts;
  for (const std::string& part : file.parts) parts.emplace_back(part);
  return JsonObject{{"digest", file.digest},
                    {"access", spell(kAccesses, file.access)},
                    {"owner", spell(kOwners, file.owner)},
                    {"parts", std::move(parts)}};
}

Failure unreadable(std::string_view fact) {
  return {Fault::invalid_input,
          {.code = "lock.format",
           .file = std::string(kLockPath),
           .message = std::string(fact),
           .hint = "take it from a backup; without it the project cannot be updated"}};
}

bool is_digest(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

/// What no part writes, so that no lock lists it: an update would take it for ours to remove.
bool is_never_ours(std::string_view path) {
  return path == kEnvPath || path == kUvLock || path == ".crafter" ||
         is_below(path, ".crafter") || leads_elsewhere(path);
}

Result<Locked> read_locked(const std::string& path, const Json& json) {
  Locked file;
  const Json* parts = find(json, "parts");
  if (!check_path(path) || !is_digest(text_of(json, "digest")) ||
      !read_kind(kAccesses, text_of(json, "access"), &file.access) ||
      !read_kind(kOwners, text_of(json, "owner"), &file.owner) || parts == nullptr ||
      !parts->is_array())
    return unreadable(fmt::format("the entry {} is not as this program writes it", path));
  if (is_never_ours(path))
    return unreadable(fmt::format("it lists {}, which this program never does", path));
  file.digest = text_of(json, "digest");
  for (const Json& part : parts->as_array())
    if (part.is_string()) file.parts.emplace_back(part.as_string());
  return file;
}

}  // namespace

Json to_json(const Lock& lock) {
  JsonObject files;
  for (const auto& [path, file] : lock.files) files[path] = json_of(file);
  return JsonObject{{"format", lock.format},
                    {"program", lock.program_version},
                    {"catalog", lock.catalog_digest},
                    {"files", std::move(files)}};
}

Result<Lock> read_lock(const Directory& project) {
  TRY(const std::string text, project.read(kLockPath));
  const auto json = parse_json(text, kLockPath, kTrusted);
  if (!json) return unreadable(json.failure().message());
  const Json* format = find(*json, "format");
  if (format == nullptr || !format->is_int64() || format->as_int64() < 1)
    return unreadable("it has no format number");
  if (format->as_int64() > kFormat)
    return unreadable(
        fmt::format("it has format {}, this program knows {}", format->as_int64(), kFormat));
  const Json* files = find(*json, "files");
  if (files == nullptr || !files->is_object()) return unreadable("it lists no files");
  Lock lock{.program_version = std::string(text_of(*json, "program")),
            .catalog_digest = std::string(text_of(*json, "catalog"))};
  for (const auto& [path, entry] : files->as_object()) {
    TRY(Locked file, read_locked(path, entry));
    lock.files.emplace(path, std::move(file));
  }
  return lock;
}

Lock lock_of(const Tree& tree, const std::string& program_version,
             const std::string& catalog_digest) {
  Lock lock{.program_version = program_version, .catalog_digest = catalog_digest};
  for (const auto& [path, file] : tree)
    lock.files[path] = {sha256(file.bytes), file.access, file.owner, file.parts};
  return lock;
}

std::string tree_digest(const Tree& tree) {
  std::string lines;
  for (const auto& [path, file] : tree)
    lines += fmt::format("{} {} {}\n", sha256(file.bytes), spell(kAccesses, file.access), path);
  return sha256(lines);
}

}  // namespace crafter
