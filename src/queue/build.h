// The life of one build, as a value and a table.

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace crafter {

/// Spelled as they travel: in the journal, in `status`, in MCP results.
enum class BuildState { pending, in_progress, success, failed, cancelled };

enum class BuildEvent { start, succeed, fail, cancel, requeue };

/// The state after `event`, or nothing when it cannot happen in `state`.
constexpr std::optional<BuildState> after(BuildState state, BuildEvent event) {
  using enum BuildState;
  struct Edge {
    BuildState from;
    BuildEvent on;
    BuildState to;
  };
  constexpr std::array kEdges = {
      Edge{pending, BuildEvent::start, in_progress},
      Edge{pending, BuildEvent::cancel, cancelled},
      Edge{in_progress, BuildEvent::succeed, success},
      Edge{in_progress, BuildEvent::fail, failed},
      Edge{in_progress, BuildEvent::cancel, cancelled},
      Edge{in_progress, BuildEvent::requeue, pending},  // its process died while it ran
  };
  for (const Edge& edge : kEdges)
    if (edge.from == state && edge.on == event) return edge.to;
  return std::nullopt;
}

constexpr bool is_final(BuildState state) {
  return state != BuildState::pending && state != BuildState::in_progress;
}

static_assert(after(BuildState::pending, BuildEvent::start) == BuildState::in_progress);
static_assert(!after(BuildState::failed, BuildEvent::start), "a final state has no way out");

std::string_view spelled(BuildState state);
std::optional<BuildState> build_state(std::string_view text);

/// The workspace's owner as a principal: the command line, stdio, the one bearer token.
inline constexpr std::string_view kOwner = "owner";

/// Who asked for a build. Asking twice with one key is asking once.
struct Asker {
  std::string principal = std::string(kOwner);
  std::string key = {};      ///< the idempotency key, of this principal alone; "" = none
  std::string request = {};  ///< digest of what was asked, without secret values; "" without a key
};

/// One row of the journal. `form` is the normalised form without secrets.
struct Build {
  std::string id;  ///< UUIDv7
  std::string server_name;
  std::string kind;  ///< "create", "update", "delete"
  BuildState state = BuildState::pending;
  int progress = 0;  ///< 0, 10, 25, 50, 70, 85, 95, 100
  std::string step;  ///< "drafted", "planned", ...
  std::string message;
  std::string created_at;   ///< RFC 3339 UTC
  std::string finished_at;  ///< "" while it runs
  int attempts = 0;
  Json form;
  std::vector<Diagnostic> diagnostics;
  Asker asker = {};
};

/// One thing that happened to one build; numbered without gaps over the whole workspace.
struct Event {
  std::int64_t number = 0;
  std::string build_id;
  std::string server_name;
  BuildState state = BuildState::pending;
  int progress = 0;
  std::string step;
  std::string message;
  std::string at;  ///< RFC 3339 UTC
};

/// A server of the workspace.
struct ServerRow {
  std::string name;
  std::string build_id;   ///< the build that made it, or updated it last
  std::string principal;  ///< whose it is: who created it
};

}  // namespace crafter
