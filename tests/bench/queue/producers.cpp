// Threads that submit builds to one journal as fast as they can; tells jobs, seconds and flushes as
// JSON.

#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "os/clock.h"
#include "queue/journal.h"

namespace {

std::atomic<long> flushes = 0;

}  // namespace

/// In place of libc's, for SQLite too: the program's own symbols come first.
extern "C" int fsync(int file) {
  ++flushes;
  return static_cast<int>(::syscall(SYS_fsync, file));
}
extern "C" int fdatasync(int file) {
  ++flushes;
  return static_cast<int>(::syscall(SYS_fdatasync, file));
}

namespace crafter {
namespace {

template <class T>
T must(Result<T> result) {
  if (result) return *std::move(result);
  std::fprintf(stderr, "%s\n", result.failure().message().c_str());
  std::exit(1);
}

struct Wish {
  std::string path;
  bool is_whole = false;  ///< a job is added, started and finished; else it is only added
  int producers = 0;
  int jobs = 0;  ///< of each producer
};

void produce(Journal& journal, const Wish& wish, int number) {
  const std::string name = "server-" + std::to_string(::getpid()) + "-" + std::to_string(number);
  const Json form = JsonObject{{"form", JsonObject{{"server_name", name}}}};
  for (int job = 0; job < wish.jobs; ++job) {
    const Build build = must(journal.add("create", name, form));
    if (!wish.is_whole) continue;
    must(journal.start(build.id));
    must(journal.finish(build.id, BuildState::success, "done", {}));
  }
}

void measure(const Wish& wish) {
  auto journal = must(Journal::open(wish.path, system_clock()));
  const long before = flushes;
  const auto begin = std::chrono::steady_clock::now();
  {
    std::vector<std::jthread> threads;
    for (int number = 0; number < wish.producers; ++number)
      threads.emplace_back([&, number] { produce(*journal, wish, number); });
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  const long meanwhile = flushes - before;
  journal.reset();  // closing flushes too
  std::printf("{\"jobs\": %d, \"seconds\": %.6f, \"flushes\": %ld, \"all_flushes\": %ld}\n",
              wish.producers * wish.jobs, took.count(), meanwhile, flushes.load());
}

}  // namespace
}  // namespace crafter

int main(int count, char** words) {
  if (count != 5) {
    std::fprintf(stderr, "usage: %s STATE.DB add|whole PRODUCERS JOBS-OF-EACH\n", words[0]);
    return 2;
  }
  crafter::measure({.path = words[1],
                    .is_whole = std::string(words[2]) == "whole",
                    .producers = std::atoi(words[3]),
                    .jobs = std::atoi(words[4])});
}
