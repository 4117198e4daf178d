// Writes and judges lists of changes: whoever can put a folder here must not get a file elsewhere.

#include "install/changes.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/digest.h"
#include "install/lock.h"
#include "os/owner.h"
#include "os/path.h"

namespace crafter {
namespace {

constexpr std::size_t kIdSize = 36;  // a UUID
constexpr std::array<std::string_view, 3> kAccesses{"normal", "executable", "secret"};
/// What the program writes over whatever file is there; nothing else lies in .crafter/.
constexpr std::array kFixed{kLockPath, kPackPath, kProofPath, kUvLock};

Json to_json(const Step& step) {
  return JsonObject{{"path", step.path},
                    {"before", step.before},
                    {"after", step.after},
                    {"access", kAccesses[static_cast<std::size_t>(step.access)]}};
}

bool is_digest(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

bool is_fixed(std::string_view path) { return std::ranges::find(kFixed, path) != kFixed.end(); }

bool may_change(const std::string& path) {
  if (!check_path(path)) return false;
  if (is_below(path, ".crafter") || path == ".crafter") return is_fixed(path);
  return !leads_elsewhere(path);
}

std::optional<Step> step_of(const Json& json) {
  const auto* access = std::ranges::find(kAccesses, text_of(json, "access"));
  Step step{.path = std::string(text_of(json, "path")),
            .before = std::string(text_of(json, "before")),
            .after = std::string(text_of(json, "after"))};
  const bool is_known = step.before.empty() || is_digest(step.before) ||
                        (step.before == kWhatever && is_fixed(step.path));
  if (!is_known || !may_change(step.path) || access == kAccesses.end()) return std::nullopt;
  if (!step.after.empty() && !is_digest(step.after)) return std::nullopt;
  step.access = static_cast<Access>(access - kAccesses.begin());
  return step;
}

/// "" for a place that is none on this machine.
std::string seal_stamp(const Directory& state, const std::string& entry) {
  if (state.location().empty()) return "";
  return stamp_of(join_path(state.location(), join_path(entry, kSeal)));
}

}  // namespace

std::string entry_of(const UpdateId& update) {
  return join_path(kUpdating, fmt::format("{}-{}", update.name, update.build_id));
}

std::optional<UpdateId> update_of(const std::string& entry) {
  const std::string folder = split_path(entry).second;
  if (folder.size() < kIdSize + 2) return std::nullopt;
  const std::size_t dash = folder.size() - kIdSize - 1;
  UpdateId update{.name = folder.substr(0, dash), .build_id = folder.substr(dash + 1)};
  const bool is_id = update.build_id.find_first_not_of("0123456789abcdef-") == std::string::npos;
  if (folder[dash] != '-' || !is_id || !is_server_name(update.name)) return std::nullopt;
  return update;
}

bool leads_elsewhere(std::string_view path) {
  const std::string framed = "/" + std::string(path) + "/";
  return framed.find("/.git/") != framed.npos || framed.find("/.mcp-crafter/") != framed.npos;
}

bool is_server_name(std::string_view name) {
  const bool is_plain =
      name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == name.npos;
  return is_plain && !name.empty() && name.front() >= 'a' && name.back() != '-' &&
         name.find("--") == name.npos;
}

Json to_json(const std::string& name, const std::vector<Step>& steps, const std::string& stamp) {
  JsonArray list;
  for (const Step& step : steps) list.push_back(to_json(step));
  return JsonObject{{"format", 1}, {"name", name}, {"seal", stamp}, {"steps", std::move(list)}};
}

Result<std::string> digest_at(const Directory& project, const std::string& path) {
  TRY(const auto entry, project.look(path));
  if (!entry) return std::string();
  if (entry->kind != EntryKind::file) return std::string(kNoFile);
  TRY(const std::string bytes, project.read(path));
  return sha256(bytes);
}

Failure foreign_update(const Directory& state, const std::string& entry, std::string_view why) {
  return {Fault::conflict,
          {.code = "update.foreign",
           .file = join_path(state.location(), entry),
           .message = fmt::format("this is no update that was begun here ({}): nothing of it was "
                                  "carried out", why),
           .hint = "look at the folder, and remove it"}};
}

Result<std::vector<Step>> read_steps(const Directory& state, const std::string& entry) {
  const auto update = update_of(entry);
  if (!update) return foreign_update(state, entry, "its name is none of a build");
  TRY(const std::string text, state.read(join_path(entry, kList)));
  const auto list = parse_json(text, std::string(kList), kTrusted);
  const Json* steps = list ? find(*list, "steps") : nullptr;
  if (steps == nullptr || !steps->is_array() || text_of(*list, "name") != update->name)
    return foreign_update(state, entry, "its list is not as this program writes it");
  if (text_of(*list, "seal") != seal_stamp(state, entry))
    return foreign_update(state, entry, "it was copied");
  std::vector<Step> read;
  for (const Json& json : steps->get_array()) {
    auto step = step_of(json);
    if (!step) return foreign_update(state, entry, "it leads where no update goes");
    read.push_back(*std::move(step));
  }
  return read;
}

}  // namespace crafter
