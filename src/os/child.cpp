// A running child to talk with, line by line.

#include <fmt/core.h>

#include <csignal>

#include "os/pump.h"
#include "os/stop_event.h"

namespace crafter {
namespace {

using std::chrono::milliseconds;

class PipedChild final : public Child {
 public:
  PipedChild(Spawned child, std::string name, std::size_t line_limit)
      : pump_(std::move(child), line_limit + 1), name_(std::move(name)), line_limit_(line_limit) {}

  Result<> write(std::string_view bytes, milliseconds limit) override;
  void close_input() override { pump_.close_input(); }
  Result<std::optional<std::string>> read_line(milliseconds limit, std::stop_token stop) override;
  [[nodiscard]] std::string errors() override {
    pump_.drain();
    return pump_.errors();
  }
  void signal(int number) override { ::kill(pid(), number); }
  std::optional<int> wait(milliseconds limit) override;
  [[nodiscard]] int pid() const override { return pump_.child().pid(); }

 private:
  [[nodiscard]] Failure silent(std::string_view code, std::string fact) const {
    return {Fault::unavailable, std::string(code), fmt::format("{} {}", name_, fact)};
  }
  std::optional<std::string> take_line();

  Pump pump_;
  std::string name_;
  std::size_t line_limit_;
  std::size_t searched_ = 0;  // bytes of what arrived that hold no line feed
};

/// The first whole line of what arrived, or at the end of the output what there is.
std::optional<std::string> PipedChild::take_line() {
  const std::size_t end = pump_.arrived.find('\n', searched_);
  searched_ = pump_.arrived.size();
  if (end == std::string::npos && (!pump_.is_at_end() || searched_ == 0)) return std::nullopt;
  std::string line = pump_.arrived.substr(0, end);
  pump_.arrived.erase(0, end == std::string::npos ? end : end + 1);
  searched_ = 0;
  return line;
}

Result<> PipedChild::write(std::string_view bytes, milliseconds limit) {
  const Deadline deadline = deadline_in(limit);
  pump_.unsent = bytes;
  while (!pump_.unsent.empty() && pump_.can_send()) {
    if (pump_.turn(deadline, {}) == Wake::late) break;
  }
  const bool is_sent = pump_.unsent.empty();
  pump_.unsent = {};
  if (is_sent) return {};
  if (!pump_.can_send()) return silent("os.closed", "closed its input");
  return silent("os.time", fmt::format("did not read its input for {} ms", limit.count()));
}

Result<std::optional<std::string>> PipedChild::read_line(milliseconds limit, std::stop_token stop) {
  const Deadline deadline = deadline_in(limit);
  const StopEvent stopped(stop);
  for (;;) {
    if (auto line = take_line()) return line;
    if (pump_.is_at_end()) return std::optional<std::string>();
    if (pump_.arrived.size() > line_limit_)
      return silent("os.line_too_long", fmt::format("wrote a line of over {} bytes", line_limit_));
    const Wake wake = pump_.turn(deadline, {.stopped = stopped.number()});
    if (wake == Wake::stopped)
      return Failure(Fault::cancelled, "os.cancelled", fmt::format("{} was stopped", name_));
    if (wake == Wake::late)
      return silent("os.time", fmt::format("wrote no line for {} ms", limit.count()));
  }
}

std::optional<int> PipedChild::wait(milliseconds limit) {
  const Deadline deadline = deadline_in(limit);
  for (;;) {
    const Wake wake = pump_.turn(deadline, {.ended = pump_.child().ended()});
    if (wake == Wake::ended) return pump_.child().exit_code();
    if (wake == Wake::late) return std::nullopt;
  }
}

}  // namespace

Result<std::unique_ptr<Child>> Child::start(const Command& command) {
  TRY(Spawned child, Spawned::start(command));
  return std::unique_ptr<Child>(
      std::make_unique<PipedChild>(std::move(child), command.words.front(), command.output_limit));
}

}  // namespace crafter
