// The whole program, without a user interface. Start reading here.

#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "engine/values.h"
#include "install/install.h"

namespace crafter {

/// A Crafter takes forms and makes proven projects of them, in one workspace. Movable, no globals;
/// all methods may be called from any thread. The workspace is the nearest folder at or above
/// `Surroundings::folder` that holds .mcp-crafter; it is made by `init` or the first `submit`.
class Crafter {
 public:
  struct State;  ///< engine/state.h

  /// Loads the catalog (embedded, under the workspace's parts/, under the overlay); opens no
  /// database and starts no process: those come when first needed.
  static Result<Crafter> open(Surroundings surroundings);
  Crafter(Crafter&&) noexcept;
  Crafter& operator=(Crafter&&) noexcept;
  ~Crafter();

  [[nodiscard]] const Catalog& catalog() const;
  /// The workspace's folder, or nothing when there is none yet.
  [[nodiscard]] std::optional<std::string> workspace() const;
  /// Makes the folder a workspace; the path, and whether it is new.
  struct Initiated {
    std::string path;
    bool is_new = false;
  };
  Result<Initiated> init();

  /// Reads and checks a form; nothing is written. All problems at once.
  Result<Preview> validate(const FormSource& source) const;
  /// The same, with the files that `submit` would lead to.
  Result<Preview> preview(const FormSource& source) const;

  /// Checks a form and puts a build of it into the journal: when this returns the build's id, it is
  /// durable and will be finished, by us or by another process. conflict when the name is taken,
  /// and with code "build.key" when the asker used the key for something else.
  Result<Ticket> submit(const FormSource& source, const ProofWish& wish, const Asker& asker = {});
  /// Works a submitted build to its end. A failure of the build is told in `Made` (state failed or
  /// cancelled, with diagnostics); only a failure of the surroundings is a Failure.
  Result<Made> work(const std::string& build_id, const Listener& listener, std::stop_token stop);

  /// What an update would do to the disk; nothing is written.
  Result<UpdatePreview> preview_update(const UpdateWish& wish) const;
  /// Puts an update into the journal, for `work`; no build when there is nothing to do. conflict
  /// when there are conflicts that the wish does not say how to write; and as `submit`.
  Result<Ticket> submit_update(const UpdateWish& wish, const Asker& asker = {});

  Result<Build> status(const std::string& build_id) const;
  Result<std::vector<Build>> latest(int count) const;
  Result<std::vector<Event>> events(std::int64_t after, const std::string& build_id) const;
  Result<std::vector<Server>> list() const;
  Result<ServerDetails> info(const std::string& name) const;

  /// Proves a server as it is on the disk now; a success renews its proof.json and uv.lock.
  Result<Proof> check(const std::string& name, const ProofWish& wish, const ProofProgress& progress,
                      std::stop_token stop);
  Result<std::vector<Drift>> drift(const std::string& name) const;

  /// What would be lost by deleting: edited and foreign files.
  Result<std::vector<Leftover>> leftovers(const std::string& name) const;
  /// Moves a server to the trash; the id of the build that did it. conflict while there are
  /// leftovers, unless `force`.
  Result<std::string> remove(const std::string& name, bool force, const Asker& asker = {});
  Result<> purge();

  /// The command that starts a server, its environment made ready first. `port` 0 with http: 8000.
  struct LaunchWish {
    bool http = false;
    std::string host = "127.0.0.1";
    int port = 0;
  };
  Result<Launch> launch(const std::string& name, const LaunchWish& wish,
                        const ProofProgress& progress, std::stop_token stop);

  /// Warnings about the workspace, as the latest call found it: updates that are stuck, or that
  /// were not begun here. Such a server can be looked at and deleted; nothing else.
  std::vector<Diagnostic> troubles() const;
  /// What the surroundings have and lack.
  std::vector<Ailment> doctor() const;

 private:
  explicit Crafter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// "0.1.0"
std::string_view program_version();

}  // namespace crafter
