// Starting a child process, and the end of it and its whole group.

#include "os/spawn.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>

#include "base/assert.h"
#include "base/text.h"
#include "os/fault.h"

namespace crafter {
namespace {

struct Limit {
  int resource;
  rlim_t most;
};

/// Everything a child needs to become the program, made before fork: after it, in a program with
/// threads, only async-signal-safe calls are allowed.
struct Start {
  explicit Start(const Command& command, std::string file);

  std::string program;
  std::string folder;
  std::vector<std::string> texts;  // of the environment
  std::vector<char*> words;
  std::vector<char*> environment;
  std::array<Limit, 6> limits;
  pid_t parent = ::getpid();
};

Start::Start(const Command& command, std::string file)
    : program(std::move(file)),
      folder(command.folder),
      limits{{{RLIMIT_CORE, 0},
              {RLIMIT_AS, command.limits.address_space_bytes},
              {RLIMIT_CPU, command.limits.cpu_seconds},
              {RLIMIT_NPROC, command.limits.processes},
              {RLIMIT_FSIZE, command.limits.file_bytes},
              {RLIMIT_NOFILE, command.limits.open_files}}} {
  for (const auto& [name, value] : command.environment) texts.push_back(name + "=" + value);
  for (std::string& text : texts) environment.push_back(text.data());
  environment.push_back(nullptr);
  for (const std::string& word : command.words) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
}

void set_limits(const Start& start) {
  for (const Limit& limit : start.limits) {
    if (limit.most == 0 && limit.resource != RLIMIT_CORE) continue;
    rlimit now{};
    ::getrlimit(static_cast<__rlimit_resource>(limit.resource), &now);
    const rlim_t most = std::min(limit.most, now.rlim_max);
    const rlimit wanted{.rlim_cur = most, .rlim_max = most};
    ::setrlimit(static_cast<__rlimit_resource>(limit.resource), &wanted);
  }
}

void reset_signals() {
  for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

/// Becomes the program. Returns an errno when that fails.
int become_program(const Start& start) {
  if (!start.folder.empty() && ::chdir(start.folder.c_str()) != 0) return errno;
  set_limits(start);
  reset_signals();
  ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);  // what others forgot to mark
  ::execve(start.program.c_str(), start.words.data(), start.environment.data());
  return errno;
}

struct Pipe {
  Fd read;
  Fd write;
};

/// Both ends above the standard streams, so that none is overwritten on the way into the child.
Result<Pipe> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return system_failure(errno, "make", "a pipe");
  Pipe pipe{Fd(ends[0]), Fd(ends[1])};
  for (Fd* end : {&pipe.read, &pipe.write}) {
    if (end->number() <= STDERR_FILENO) end->reset(::fcntl(end->number(), F_DUPFD_CLOEXEC, 3));
    if (!*end) return system_failure(errno, "make", "a pipe");
  }
  return pipe;
}

struct Pipes {
  Pipe input, output, errors;
  Pipe report;  // tells errno when the program could not be started
};

[[noreturn]] void run_child(const Start& start, const Pipes& pipes) {
  ::setpgid(0, 0);
  ::umask(022);  // what a child writes does not depend on who called us
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != start.parent) ::_exit(127);  // died before we could ask
  ::dup2(pipes.input.read.number(), STDIN_FILENO);
  ::dup2(pipes.output.write.number(), STDOUT_FILENO);
  ::dup2(pipes.errors.write.number(), STDERR_FILENO);
  const int error = become_program(start);
  [[maybe_unused]] const auto told = ::write(pipes.report.write.number(), &error, sizeof(error));
  ::_exit(127);
}

/// Forks with all signals held back, so that no handler of ours runs in the child.
pid_t fork_child(const Start& start, const Pipes& pipes) {
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t pid = ::_Fork();
  if (pid == 0) run_child(start, pipes);
  const int error = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = error;
  return pid;
}

bool is_folder(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

/// Whatever the reason: a program that does not start is something the surroundings lack.
Failure not_started(const Start& start, int error) {
  const bool has_folder = start.folder.empty() || is_folder(start.folder);
  const std::string subject =
      has_folder ? start.program : fmt::format("{} in {}", start.program, start.folder);
  Diagnostic why = system_failure(error, "start", subject).diagnostics().front();
  return {Fault::unavailable, std::move(why)};
}

Fd ours(Fd& end) {
  ::fcntl(end.number(), F_SETFL, ::fcntl(end.number(), F_GETFL) | O_NONBLOCK);
  return std::move(end);
}

bool is_program(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
         ::access(path.c_str(), X_OK) == 0;
}

}  // namespace

Result<std::string> find_program(const Command& command) {
  CRAFTER_ASSERT(!command.words.empty());
  const std::string& name = command.words.front();
  if (name.find('/') != name.npos) return name;
  const auto path = command.environment.find("PATH");
  for (const std::string& folder :
       split(path == command.environment.end() ? "/usr/bin:/bin" : path->second, ':')) {
    const std::string file = fmt::format("{}/{}", folder, name);
    if (file.front() == '/' && is_program(file)) return file;
  }
  return Failure(Fault::unavailable, "os.no_program",
                 fmt::format("there is no program {} in PATH", name), "install it");
}

Result<Spawned> Spawned::start(const Command& command) {
  TRY(std::string program, find_program(command));
  const Start start(command, std::move(program));
  Pipes pipes;
  for (Pipe* pipe : {&pipes.input, &pipes.output, &pipes.errors, &pipes.report}) {
    TRY(*pipe, make_pipe());
  }
  const pid_t pid = fork_child(start, pipes);
  if (pid < 0) return not_started(start, errno);
  ::setpgid(pid, pid);  // both sides do: whoever is first
  Spawned child(pid, Fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))));
  pipes.report.write.reset();
  int error = child.ended() < 0 ? errno : 0;
  retry([&] { return ::read(pipes.report.read.number(), &error, sizeof(error)); });
  if (error != 0) return not_started(start, error);
  child.input = ours(pipes.input.write);
  child.output = ours(pipes.output.read);
  child.errors = ours(pipes.errors.read);
  return child;
}

Spawned::Spawned(Spawned&& other) noexcept
    : input(std::move(other.input)),
      output(std::move(other.output)),
      errors(std::move(other.errors)),
      pid_(std::exchange(other.pid_, 0)),
      ended_(std::move(other.ended_)) {}

Spawned::~Spawned() {
  if (pid_ == 0) return;
  kill_group();
  siginfo_t end{};
  retry([&] { return ::waitid(P_PID, static_cast<id_t>(pid_), &end, WEXITED); });
}

int Spawned::exit_code() const {
  siginfo_t end{};
  const auto id = static_cast<id_t>(pid_);
  if (retry([&] { return ::waitid(P_PID, id, &end, WEXITED | WNOWAIT); }) != 0) return 255;
  return end.si_code == CLD_EXITED ? end.si_status : 128 + end.si_status;
}

void Spawned::kill_group() const { ::kill(-pid_, SIGKILL); }

Result<> become(const Command& command) {
  TRY(std::string program, find_program(command));
  const Start start(command, std::move(program));
  return not_started(start, become_program(start));
}

}  // namespace crafter
