// Makes servers of forms: workers build, this thread shows.

#include "cli/craft.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>
#include <utility>
#include <variant>

#include "base/channel.h"
#include "cli/made.h"
#include "cli/progress.h"

namespace crafter::cli {
namespace {

using std::chrono::steady_clock;

/// What the threads tell the one that shows.
struct Stepped {
  std::size_t which;
  Gait gait;
};
struct Ended {
  std::size_t which;
  Answer answer;
};
struct Ticked {};
using News = std::variant<Stepped, Ended, Ticked>;

Answer craft_one(const Session& session, Crafter& crafter, const Source& source,
                 const ProofWish& wish, const Listener& listener) {
  const std::stop_token stop = session.outside().stop;
  if (!source.form) return refused(source, source.form.failure());
  if (stop.stop_requested())
    return refused(source, {Fault::cancelled, "build.cancelled", "cancelled before it began"});
  const Result<Ticket> submitted = crafter.submit(*source.form, wish);
  if (!submitted) return refused(source, submitted.failure());
  const Result<Made> made = crafter.work(submitted->build_id, listener, stop);
  return made ? answer_of(*made, session.manner()) : refused(source, made.failure());
}

/// Takes one source after the other until there are no more.
void work(const Session& session, Crafter& crafter, const std::vector<Source>& sources,
          const ProofWish& wish, std::atomic<std::size_t>& next, Channel<News>& news) {
  for (std::size_t at = next++; at < sources.size(); at = next++) {
    const auto listener = [&](const Event& event) {
      if (is_final(event.state) && event.state != BuildState::success) return;  // the answer tells
      const std::string& step = event.message.empty() ? event.step : event.message;
      news.send(Stepped{at, {event.server_name, event.progress, step}}, {});
    };
    Answer answer = craft_one(session, crafter, sources[at], wish, listener);
    news.send(Ended{at, std::move(answer)}, {});
  }
}

/// Keeps the clock of the live lines going, and lets nobody wait for it.
void tick(const std::stop_token& stop, Channel<News>& news) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  while (!never.wait_for(lock, stop, std::chrono::milliseconds(250), [] { return false; }) &&
         !stop.stop_requested())
    news.send(Ticked{}, stop);
}

/// Hears the news until every source has its answer.
class Audience {
 public:
  Audience(const Manner& manner, std::size_t count)
      : screen_(manner), gaits_(count), answers_(count), open_(count) {}

  std::vector<Answer> listen(Channel<News>& news) {
    while (open_ > 0)
      if (auto next = news.receive({})) std::visit([&](auto& what) { hear(what); }, *next);
    return std::move(answers_);
  }

 private:
  void hear(Stepped& stepped) {
    gaits_[stepped.which] = std::move(stepped.gait);
    screen_.step(gaits_, stepped.which);
  }
  void hear(Ended& ended) {
    gaits_[ended.which].is_done = true;
    answers_[ended.which] = std::move(ended.answer);
    --open_;
  }
  void hear(Ticked& /*ticked*/) {
    screen_.tick(
        gaits_,
        std::chrono::duration_cast<std::chrono::seconds>(steady_clock::now() - begin_).count());
  }

  Screen screen_;
  std::vector<Gait> gaits_;
  std::vector<Answer> answers_;
  std::size_t open_;
  steady_clock::time_point begin_ = steady_clock::now();
};

}  // namespace

std::vector<Answer> craft(const Session& session, Crafter& crafter,
                          const std::vector<Source>& sources, const ProofWish& wish) {
  Channel<News> news(64);
  std::atomic<std::size_t> next = 0;
  const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < std::min(cores, sources.size()); ++i)
    threads.emplace_back([&] { work(session, crafter, sources, wish, next, news); });
  std::jthread ticker;
  if (session.manner().live)
    ticker = std::jthread([&](const std::stop_token& stop) { tick(stop, news); });
  return Audience(session.manner(), sources.size()).listen(news);
}

}  // namespace crafter::cli
