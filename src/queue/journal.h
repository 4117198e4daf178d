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

inline constexpr int kMostPending = 10'000;  ///< builds that may wait
inline constexpr int kInstalled = 95;  ///< the progress from which a build cannot be cancelled

/// Every call is one transaction (WAL, synchronous=FULL): when it returns, it is durable.
/// Thread-safe; any number of processes may have it open, but none may keep it over a fork. A
/// schema newer than ours is refused (unavailable). docs/formats/state.md says what is in the file.
class Journal {
 public:
  static Result<std::unique_ptr<Journal>> open(const std::string& path, const Clock& clock);
  virtual ~Journal() = default;

  /// Adds a pending build with its first event; it belongs to this process. unavailable with code
  /// "queue.full" when `kMostPending` builds wait; conflict with code "build.asked" when the asker
  /// used the key before.
  virtual Result<Build> add(std::string_view kind, const std::string& server_name, const Json& form,
                            const Asker& asker = {}) = 0;
  /// Starts a pending build, taking a lease for this process (process id and its start time).
  /// conflict when it is not pending, or when another build of the server is running.
  virtual Result<> start(const std::string& id) = 0;
  /// For the process that started it: conflict with code "build.lease_lost" once another has taken
  /// the build over; cancelled when somebody asked for that and `progress` is below kInstalled.
  virtual Result<> progress(const std::string& id, int progress, std::string_view step,
                            std::string_view message) = 0;
  /// Ends a build, by the process that started it; a pending one may be cancelled by anybody. With
  /// success also puts the server into the list (create, update) or takes it out (delete), in the
  /// same transaction.
  virtual Result<> finish(const std::string& id, BuildState state, std::string_view message,
                          const std::vector<Diagnostic>& diagnostics) = 0;
  /// A pending build is cancelled at once. Of a running one the wish is noted: its process hears of
  /// it from `progress` or `heartbeat`, and finishes it. The state it is in now; conflict when it
  /// has ended.
  virtual Result<BuildState> cancel(const std::string& id) = 0;
  /// Renews the lease; due every 10 s while a build waits or runs. Fails as `progress` does.
  virtual Result<> heartbeat(const std::string& id) = 0;
  /// Puts builds back to pending whose process is gone (process id and start time on this machine)
  /// or whose lease of 30 s has run out; a build whose process died three times is failed with code
  /// build.set_aside, one that somebody wished to cancel is cancelled. Takes what waits for a
  /// process that is gone, too. Returns the ids that are this process's now: pending, oldest first.
  virtual Result<std::vector<std::string>> take_over() = 0;

  [[nodiscard]] virtual Result<std::optional<Build>> find(const std::string& id) const = 0;
  /// The build that `principal` asked for with `key`.
  [[nodiscard]] virtual Result<std::optional<Build>> asked(const std::string& principal,
                                                           const std::string& key) const = 0;
  /// The newest first.
  [[nodiscard]] virtual Result<std::vector<Build>> latest(int count) const = 0;
  [[nodiscard]] virtual Result<std::vector<std::string>> running() const = 0;
  /// Events with a number greater than `after`, of one build or ("") of all, at most `count`.
  [[nodiscard]] virtual Result<std::vector<Event>> events(std::int64_t after, const std::string& id,
                                                          int count) const = 0;
  [[nodiscard]] virtual Result<std::vector<ServerRow>> servers() const = 0;
};

}  // namespace crafter
