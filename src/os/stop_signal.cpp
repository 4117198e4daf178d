// Ctrl-C and SIGTERM as a stop_token.

#include "os/stop_signal.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <thread>

#include "base/assert.h"
#include "os/fd.h"

namespace crafter {
namespace {

// A signal handler can reach nothing but statics: these two are the exception to "no globals".
volatile std::sig_atomic_t signals_seen = 0;
int writing_end = -1;

/// Only async-signal-safe calls here; requesting the stop is left to the thread.
void on_signal(int /*number*/) {
  const int kept = errno;
  signals_seen = signals_seen + 1;
  if (signals_seen > 1) ::_exit(130);
  [[maybe_unused]] const auto count = ::write(writing_end, "!", 1);
  errno = kept;
}

void install(int number, void (*action)(int)) {
  struct sigaction wanted{};
  wanted.sa_handler = action;
  ::sigemptyset(&wanted.sa_mask);  // no SA_RESTART: a question on the terminal must end
  CRAFTER_ASSERT(::sigaction(number, &wanted, nullptr) == 0);
}

}  // namespace

std::stop_token stop_on_signals() {
  int ends[2];
  CRAFTER_ASSERT(::pipe2(ends, O_CLOEXEC) == 0);
  writing_end = ends[1];
  std::stop_source source;
  std::thread([source, reading_end = ends[0]]() mutable {
    char byte = 0;
    retry([&] { return ::read(reading_end, &byte, 1); });
    source.request_stop();
  }).detach();
  install(SIGINT, on_signal);
  install(SIGTERM, on_signal);
  install(SIGPIPE, SIG_IGN);
  return source.get_token();
}

}  // namespace crafter
