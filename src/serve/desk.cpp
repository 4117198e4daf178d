// Follows builds by the journal, so that those of other processes can be followed, too.

#include "serve/desk.h"

#include <chrono>
#include <utility>

namespace crafter {
namespace {

using namespace std::chrono_literals;

constexpr auto kPause = 100ms;
constexpr auto kGrace = 4s;
constexpr std::size_t kWaiting = 10'000;  // the journal refuses before

Result<> pause(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, kPause, [] { return false; });
  if (!stop.stop_requested()) return {};
  return Failure(Fault::cancelled, "build.unfollowed", "no longer followed; the build goes on");
}

}  // namespace

Desk::Desk(Crafter crafter, ProofWish wish, std::size_t workers)
    : crafter_(std::move(crafter)), wish_(wish), waiting_(kWaiting) {
  for (std::size_t i = 0; i < workers; ++i) workers_.emplace_back([this] { work(); });
}

Desk::~Desk() {
  std::unique_lock lock(mutex_);
  idle_.wait_for(lock, kGrace, [&] { return open_ == 0; });
  lock.unlock();
  stop_.request_stop();
  workers_.clear();  // joins
}

Result<Ticket> Desk::submit(const FormSource& source, const Asker& asker) {
  TRY(Ticket submitted, crafter_.submit(source, wish_, asker));
  enqueue(submitted);
  return submitted;
}

Result<Ticket> Desk::submit_update(UpdateWish wish, const Asker& asker) {
  wish.proof = wish_;
  TRY(Ticket submitted, crafter_.submit_update(wish, asker));
  enqueue(submitted);
  return submitted;
}

void Desk::enqueue(const Ticket& submitted) {
  if (!submitted.is_new) return;
  {
    const std::lock_guard lock(mutex_);
    ++open_;
  }
  waiting_.send(submitted.build_id, stop_.get_token());
}

void Desk::work() {
  while (const auto id = waiting_.receive(stop_.get_token())) {
    static_cast<void>(crafter_.work(*id, {}, stop_.get_token()));  // the journal tells the rest
    const std::lock_guard lock(mutex_);
    --open_;
    idle_.notify_all();
  }
}

Result<Build> Desk::follow(const std::string& id, const std::function<void(const Event&)>& hear,
                           const std::stop_token& stop) const {
  std::int64_t seen = 0;
  for (;;) {
    TRY(Build build, crafter_.status(id));  // before its events: the last one is not missed
    TRY(const auto events, crafter_.events(seen, id));
    for (const Event& event : events) {
      seen = event.number;
      hear(event);
    }
    if (is_final(build.state)) return build;
    TRY(pause(stop));
  }
}

}  // namespace crafter
