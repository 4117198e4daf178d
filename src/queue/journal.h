// The Journal: builds, events and servers in SQLite, the same for every process.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "os/clock.h"
#include "queue/build.h"

namespace crafter {

/// Every call is one transaction (WAL, synchronous=FULL): when it returns, it is durable. Thread-safe;
/// any number of processes may have it open. A schema newer than ours is refused (unavailable).
class Journal {
 public:
  static Result<std::unique_ptr<Journal>> open(const std::string& path, const Clock& clock);
  virtual ~Journal() = default;

  /// Adds a pending build with its first event.
  virtual Result<Build> add(std::string_view kind, const std::string& server_name,
                            const Json& form) = 0;
  /// Starts a pending build, taking a lease for this process (process id and its start time).
  /// conflict when it is not pending, or when another build of the server is running.
  virtual Result<> start(const std::string& id) = 0;
  virtual Result<> progress(const std::string& id, int progress, std::string_view step,
                            std::string_view message) = 0;
  /// Ends a build; with success also puts the server into the list (create) or takes it out
  /// (delete), in the same transaction.
  virtual Result<> finish(const std::string& id, BuildState state, std::string_view message,
                          const std::vector<Diagnostic>& diagnostics) = 0;
  virtual Result<> heartbeat(const std::string& id) = 0;
  /// Puts builds back to pending whose process is gone (process id and start time on this machine)
  /// or whose lease of 30 s has run out; a build whose process died three times is failed with code
  /// build.set_aside. Returns the ids that are pending now because of it.
  virtual Result<std::vector<std::string>> take_over() = 0;

  [[nodiscard]] virtual Result<std::optional<Build>> find(const std::string& id) const = 0;
  /// The newest first.
  [[nodiscard]] virtual Result<std::vector<Build>> latest(int count) const = 0;
  [[nodiscard]] virtual Result<std::vector<std::string>> running() const = 0;
  /// Events with a number greater than `after`, of one build or ("") of all, at most `count`.
  [[nodiscard]] virtual Result<std::vector<Event>> events(std::int64_t after, const std::string& id,
                                                          int count) const = 0;
  [[nodiscard]] virtual Result<std::vector<ServerRow>> servers() const = 0;
};

}  // namespace crafter
