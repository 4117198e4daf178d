// What goes into the Crafter and comes out of it: plain values.

#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "check/prover.h"
#include "draft/draft.h"
#include "install/update.h"
#include "os/process.h"
#include "queue/build.h"

namespace crafter {

/// What the world outside decides; only `main` reads the process's environment.
struct Surroundings {
  std::string folder;   ///< absolute: where the user stands
  std::string cache;    ///< $XDG_CACHE_HOME/mcp-crafter
  std::string path;     ///< PATH
  std::string overlay;  ///< --catalog DIR: laid over everything; or ""
  std::vector<std::string>
      passed;  ///< NAME=value for network tools: proxies, certificates, indexes
  std::map<std::string, std::string> environment;  ///< all of it, for servers the user starts
};

/// A form as it came: its text, what to call it, and the flags beside it.
struct FormSource {
  std::string text;  ///< "" when there are only flags
  std::string file;  ///< "form.json", "-", "--form"
  std::vector<Override> overrides;
  std::set<std::string> allowed_dependencies;
};

/// What `validate` and `--dry-run` say.
struct Preview {
  std::string server_name;
  std::string path;  ///< where the project would be
  Json form;         ///< normalised
  std::vector<Diagnostic> warnings;
  struct File {
    std::string path;
    std::string how;                 ///< copy, emit, render
    std::vector<std::string> parts;  ///< the why
    std::size_t bytes = 0;
  };
  std::vector<File> files;  ///< empty for `validate`
};

/// A build that was put into the journal, or that the same asker had put there with the same key.
struct Ticket {
  std::string build_id;  ///< "" when an update has nothing to do
  bool is_new = true;    ///< it is for this process to `work`
  std::vector<Diagnostic> warnings;
};

/// What `update` is to do: the fields in `changes` replace those of the project's crafter.json.
struct UpdateWish {
  std::string name;
  FormSource changes;
  ConflictStyle style = ConflictStyle::refuse;
  ProofWish proof;
};

/// One file that an update does something about, or that is told of.
struct FileChange {
  std::string path;
  std::string what;  ///< create, update, merge, remove, release, gone, conflict
  std::string diff;  ///< unified, from what is on the disk; "" when nothing is written, or no text
};

/// What an update would do; `diff` shows it.
struct UpdatePreview {
  std::string server_name;
  std::string path;
  std::vector<FileChange> files;
  bool is_nothing = false;   ///< neither a file nor what is known of files would change
  bool has_obstacle = false;  ///< a conflict in the way that the wish does not write
  std::vector<Diagnostic> warnings;
};

/// A build that was done, well or not: the rest stands in the journal.
struct Made {
  Build build;
  std::string path;  ///< of the project
  Proof proof;
  std::vector<Diagnostic> warnings;
  bool env_written = false;  ///< a .env with secret values was written
  std::string scratch;       ///< kept after a failed proof; or ""
  std::vector<FileChange> changes;  ///< of an update
  std::string tool;  ///< one that may be called to see it work; or ""
  Json arguments;    ///< that it takes
};

/// A server of the workspace, from its row, its crafter.json and its newest build.
struct Server {
  std::string name;
  std::string path;
  std::string base;
  std::string complexity;
  std::vector<std::string> capabilities;
  std::vector<std::string> tools;
  std::string status;  ///< of the build that made it; "missing" when its folder is gone
  std::string build_id;
  std::string principal;  ///< whose it is
};

struct ServerDetails {
  Server server;
  Json form;
  struct File {
    std::string path;
    std::string owner;  ///< crafter, user
    std::vector<std::string> parts;
    std::string state;  ///< unchanged, edited, deleted
  };
  std::vector<File> files;
  Json proof;  ///< proof.json, or null
};

/// How to start a server of the workspace.
struct Launch {
  Command command;
  std::string name;
  int port = 0;  ///< 0 on stdio
};

/// One line of `doctor`.
struct Ailment {
  std::string name;
  bool ok = false;
  bool needed = true;  ///< whether `create` cannot do without
  std::string detail;
  std::string hint;
};

/// Hears the events of a build as they become durable. Called on the thread that works.
using Listener = std::function<void(const Event&)>;

}  // namespace crafter
