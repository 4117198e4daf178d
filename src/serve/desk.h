// Where a server's builds are worked: forms are submitted here, threads build, callers follow.

#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/channel.h"
#include "engine/crafter.h"

namespace crafter {

/// Thread-safe. Ending it lets what runs go on for a few seconds, and cancels what then still runs.
class Desk {
 public:
  /// As many builds at once as there are `workers`.
  Desk(Crafter crafter, ProofWish wish, std::size_t workers);
  ~Desk();
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  [[nodiscard]] Crafter& crafter() { return crafter_; }

  /// Builds that are durable by now and will be worked; as in Crafter.
  Result<Ticket> submit(const FormSource& source, const Asker& asker);
  Result<Ticket> submit_update(UpdateWish wish, const Asker& asker);
  /// Tells every event of a build, those of the past first, until it ends. cancelled on `stop`; the
  /// build goes on then.
  Result<Build> follow(const std::string& id, const std::function<void(const Event&)>& hear,
                       const std::stop_token& stop) const;

 private:
  void work();
  void enqueue(const Ticket& submitted);

  Crafter crafter_;
  ProofWish wish_;
  Channel<std::string> waiting_;
  std::stop_source stop_;
  std::mutex mutex_;
  std::condition_variable_any idle_;
  std::size_t open_ = 0;  // builds that were submitted and have not ended
  std::vector<std::jthread> workers_;
};

}  // namespace crafter
