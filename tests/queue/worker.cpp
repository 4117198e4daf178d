// A process that submits builds, works them and takes over those of others, until it is told to
// stop or killed. What it was told by the journal it notes in a log, one line at a time.

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "os/clock.h"
#include "os/stop_signal.h"
#include "queue/journal.h"

namespace crafter {
namespace {

using namespace std::chrono_literals;

/// Time since boot runs faster, and so a lease ends sooner: 30 s are 0.5 s.
class FastClock final : public Clock {
 public:
  static constexpr std::int64_t kSpeed = 60;
  [[nodiscard]] std::int64_t wall_milliseconds() const override {
    return system_clock().wall_milliseconds();
  }
  [[nodiscard]] std::int64_t monotonic_milliseconds() const override {
    return system_clock().monotonic_milliseconds() * kSpeed;
  }
  [[nodiscard]] std::array<std::uint8_t, 10> random_bytes() const override {
    return system_clock().random_bytes();
  }
};

std::string code_of(const Failure& failure) { return failure.diagnostics().front().code; }

template <class T>
T must(Result<T> result) {
  if (result) return *std::move(result);
  std::fprintf(stderr, "%s\n", result.failure().message().c_str());
  std::exit(1);
}

/// A build to work. One that another process ran is worked slowly, so that this process still holds
/// it when the other, which was only stopped, comes back.
struct Task {
  std::string id;
  bool is_inherited = false;
};

class Worker {
 public:
  Worker(const std::string& folder, std::string name, std::chrono::milliseconds pause)
      : folder_(folder),
        name_(std::move(name)),
        pause_(pause),
        log_(::open((folder + "/" + name_ + ".log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600)),
        journal_(must(Journal::open(folder + "/.mcp-crafter/state.db", clock_))) {
    take_over();
    note("ready", "");
  }

  void submit(const std::stop_token& stop);
  void oversee(const std::stop_token& stop);
  void work(const std::stop_token& stop, int thread);

 private:
  /// One line by one call: a kill leaves it whole or absent.
  void note(const char* what, const std::string& words) const {
    const std::string line = std::string(what) + " " + words + "\n";
    if (::write(log_, line.data(), line.size()) < 0) std::exit(1);
  }
  void put(const std::string& id) {
    const std::lock_guard lock(mutex_);
    tasks_.push_back({id});
  }
  Task next() {
    const std::lock_guard lock(mutex_);
    if (tasks_.empty()) return {};
    Task task = tasks_.front();
    tasks_.pop_front();
    return task;
  }
  void take_over() {
    for (const std::string& id : must(journal_->take_over())) {
      const bool has_run = must(journal_->find(id)).value().attempts > 0;
      if (!has_run) put(id);
      const std::lock_guard lock(mutex_);
      if (has_run) tasks_.push_front({id, true});
    }
  }
  void work_one(const Task& task, const std::string& run, const std::stop_token& stop);
  Result<> steps(const Task& task, const std::string& run, const std::stop_token& stop);

  const std::string folder_;
  const std::string name_;
  const std::chrono::milliseconds pause_;  // at each step
  const int log_;
  const FastClock clock_;
  const std::unique_ptr<Journal> journal_;
  std::mutex mutex_;
  std::deque<Task> tasks_;
};

void Worker::submit(const std::stop_token& stop) {
  std::minstd_rand random(static_cast<unsigned>(::getpid()));
  const std::string enough = folder_ + "/enough";
  while (!stop.stop_requested() && ::access(enough.c_str(), F_OK) != 0) {
    const std::string server = "server-" + std::to_string(random() % 200);
    const auto build = journal_->add("create", server, JsonObject{{"server_name", server}});
    if (!build && code_of(build.failure()) == "queue.full") {
      note("full", "");
      std::this_thread::sleep_for(20ms);
      continue;
    }
    const std::string id = must(build).id;
    note("added", id);
    put(id);
    if (random() % 50 != 0) continue;
    const auto cancelled = journal_->cancel(id);  // waiting, running or ended by now
    if (cancelled) note("cancel", id);
  }
}

void Worker::oversee(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    take_over();
    std::this_thread::sleep_for(200ms);
  }
}

void Worker::work(const std::stop_token& stop, int thread) {
  for (int run = 0; !stop.stop_requested();) {
    const Task task = next();
    if (task.id.empty())
      std::this_thread::sleep_for(2ms);
    else
      work_one(task, name_ + "/" + std::to_string(thread) + "/" + std::to_string(++run), stop);
  }
}

/// Goes through the steps as long as the journal lets this process speak for the build. Told to
/// stop it leaves the build to others: they see that this process is gone.
Result<> Worker::steps(const Task& task, const std::string& run, const std::stop_token& stop) {
  for (const int progress : {10, 50, 70, 85, 95}) {
    if (pause_ == 0ms && progress != 50 && progress != 95) continue;
    TRY(journal_->progress(task.id, progress, "step", run));
    const bool is_slow = task.is_inherited && progress == 50;
    const auto until = std::chrono::steady_clock::now() + (is_slow ? 1000ms : pause_);
    while (std::chrono::steady_clock::now() < until && !stop.stop_requested()) {
      std::this_thread::sleep_for(50ms);
      TRY(journal_->heartbeat(task.id));
    }
    if (stop.stop_requested()) return Failure(Fault::unavailable, "worker.stopped", "left");
  }
  return {};
}

void Worker::work_one(const Task& task, const std::string& run, const std::stop_token& stop) {
  const std::string& id = task.id;
  const auto started = journal_->start(id);
  if (!started && code_of(started.failure()) == "build.busy") {  // its server has another
    std::this_thread::sleep_for(2ms);
    return put(id);
  }
  if (!started) return note("refused", id + " " + run);
  const auto worked = steps(task, run, stop);
  const bool is_cancelled = !worked && worked.failure().fault() == Fault::cancelled;
  if (!worked && code_of(worked.failure()) == "worker.stopped") return;
  if (!worked && !is_cancelled) return note("lost", id + " " + run);
  const auto state = is_cancelled ? BuildState::cancelled : BuildState::success;
  const auto ended = journal_->finish(id, state, run, {});
  if (!ended) return note("lost", id + " " + run);
  note(is_cancelled ? "stopped" : "published", id + " " + run);
}

void run(const std::string& folder, const std::string& name, int threads, int pause) {
  const std::stop_token stop = stop_on_signals();
  Worker worker(folder, name, std::chrono::milliseconds(pause));
  std::vector<std::jthread> all;
  all.emplace_back([&] { worker.submit(stop); });
  all.emplace_back([&] { worker.oversee(stop); });
  for (int thread = 0; thread < threads; ++thread)
    all.emplace_back([&, thread] { worker.work(stop, thread); });
}

}  // namespace
}  // namespace crafter

int main(int count, char** words) {
  if (count == 4 && std::string(words[1]) == "cancel") {
    const std::string path = std::string(words[2]) + "/.mcp-crafter/state.db";
    const auto journal = crafter::must(crafter::Journal::open(path, crafter::system_clock()));
    crafter::must(journal->cancel(words[3]));
    return 0;
  }
  if (count != 5) {
    std::fprintf(stderr,
                 "usage: %s FOLDER NAME THREADS MILLISECONDS-A-STEP\n       %s cancel FOLDER ID\n",
                 words[0], words[0]);
    return 2;
  }
  crafter::run(words[1], words[2], std::atoi(words[3]), std::atoi(words[4]));
}
