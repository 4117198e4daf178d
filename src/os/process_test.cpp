// Children: started, bounded, stopped, and gone with their whole group.

#include "os/process.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "os/kept.h"
#include "os/test_folder.h"

namespace crafter {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

Command shell(std::string script) {
  return {.words = {"sh", "-c", std::move(script)}, .environment = {{"PATH", "/usr/bin:/bin"}}};
}

template <class T>
Fault fault_of(const Result<T>& result) {
  EXPECT_FALSE(result);
  return result ? Fault::internal : result.failure().fault();
}

/// Seconds that no other `sleep` on this machine is given.
std::string a_long_time() {
  static int count = 0;
  return fmt::format("9{}{}", ::getpid(), ++count);
}

/// Whether no process has this word among its arguments any more; waits for the kernel to finish.
bool is_gone(const std::string& word) {
  Command command = shell(
      "while grep -l -- \"$0\" /proc/[0-9]*/cmdline 2>/dev/null | "
      "grep -qv \"/$$/\\|/self/\"; do sleep 0.01; done");
  command.words.push_back("[" + word.substr(0, 1) + "]" + word.substr(1));
  command.time_limit = 5s;
  const auto outcome = run(command);
  return outcome && !outcome->timed_out;
}

TEST(Run, GivesOutputErrorsAndCode) {
  Command command = shell("cat; echo oops >&2; exit 3");
  command.input = "in\0put"s;
  const auto outcome = run(command);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->output, "in\0put"s);
  EXPECT_EQ(outcome->errors, "oops\n");
  EXPECT_EQ(outcome->exit_code, 3);
  EXPECT_FALSE(outcome->timed_out);
}

TEST(Run, UsesExactlyTheGivenEnvironmentAndFolder) {
  const TestFolder place;
  Command command{.words = {"/usr/bin/env"}, .folder = place.path(), .environment = {{"A", "b=c"}}};
  EXPECT_EQ(run(command)->output, "A=b=c\n");
  command.words = {"/bin/pwd"};
  EXPECT_EQ(run(command)->output, place.path() + "\n");
}

TEST(Run, PassesNoDescriptorsAndNoBlockedSignals) {
  const int leaky = ::open("/dev/null", O_RDONLY);                    // without O_CLOEXEC
  EXPECT_EQ(run(shell("ls /proc/self/fd"))->output, "0\n1\n2\n3\n");  // 3 is that of ls
  ::close(leaky);
  EXPECT_EQ(run(shell("grep SigBlk /proc/self/status"))->output, "SigBlk:\t0000000000000000\n");
}

TEST(Run, SaysWhenAProgramCannotBeStarted) {
  const TestFolder place;
  put_file(place / "text", "no program");
  for (const std::string& word : {"no-such-program"s, place / "none", place / "text", "/tmp"s})
    EXPECT_EQ(fault_of(run({.words = {word}, .environment = {{"PATH", "/usr/bin"}}})),
              Fault::unavailable)
        << word;
  EXPECT_EQ(fault_of(run({.words = {"/bin/true"}, .folder = place / "none"})), Fault::unavailable);
}

TEST(Run, FindsProgramsInThePathOfTheCommand) {
  const TestFolder place;
  std::filesystem::create_directories(place / "a/tool");  // a folder is no program
  std::filesystem::create_directory(place / "b");
  put_file(place / "b/tool", "#!/bin/sh\necho found\n");
  std::filesystem::permissions(place / "b/tool", std::filesystem::perms::all);
  const std::string path = ".:" + (place / "a") + ":" + (place / "b");
  EXPECT_EQ(run({.words = {"tool"}, .environment = {{"PATH", path}}})->output, "found\n");
}

TEST(Run, KeepsTheBeginningAndTheEndOfMuchOutput) {
  Command command = shell("yes line | head -c 3000000; echo the end");
  command.output_limit = 1000;
  const auto outcome = run(command);
  EXPECT_TRUE(outcome->output.starts_with("line\nline\n"));
  EXPECT_TRUE(outcome->output.ends_with("the end\n"));
  EXPECT_NE(outcome->output.find("\n[... 2999008 bytes left out ...]\n"), std::string::npos);
  EXPECT_LT(outcome->output.size(), 1100U);
}

TEST(Run, SurvivesAChildThatReadsNothing) {
  Command command = shell("exec 0<&-; echo fine");
  command.input = std::string(1 << 20, 'x');
  EXPECT_EQ(run(command)->output, "fine\n");
}

TEST(Run, MovesMuchInputAndOutputAtOnce) {
  Command command = shell("cat");
  command.input = std::string(3 << 20, 'x');
  command.output_limit = 8 << 20;
  EXPECT_EQ(run(command)->output, command.input);
}

TEST(Run, EndsWhatIsOverTimeWithAllItsChildren) {
  const std::string time = a_long_time();
  Command command = shell(fmt::format("sleep {0} & echo begun; sleep {0}", time));
  command.time_limit = 300ms;
  const auto outcome = run(command);
  EXPECT_TRUE(outcome->timed_out);
  EXPECT_EQ(outcome->exit_code, 128 + SIGKILL);
  EXPECT_EQ(outcome->output, "begun\n");
  EXPECT_LT(outcome->took, 5s);
  EXPECT_TRUE(is_gone(time));
}

TEST(Run, LeavesNoOneBehindWhenItIsDone) {
  const std::string time = a_long_time();
  EXPECT_EQ(run(shell(fmt::format("sleep {} & echo done", time)))->output, "done\n");
  EXPECT_TRUE(is_gone(time));
}

TEST(Run, DoesNotWaitForOneThatLeftTheGroup) {
  const auto outcome = run(shell("setsid sleep 20 & echo done"));
  EXPECT_EQ(outcome->output, "done\n");
  EXPECT_LT(outcome->took, 15s);
}

TEST(Run, StopsWhenAsked) {
  const std::string time = a_long_time();
  std::stop_source source;
  std::jthread stopper([&] { source.request_stop(); });
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(fault_of(run(shell("sleep " + time), source.get_token())), Fault::cancelled);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
  EXPECT_TRUE(is_gone(time));
  EXPECT_EQ(fault_of(run(shell("true"), source.get_token())), Fault::cancelled);
}

TEST(Run, SetsLimits) {
  Command command = shell("ulimit -c; ulimit -t; ulimit -n; ulimit -f; ulimit -v; ulimit -u");
  command.words[0] = "bash";
  command.limits = {.address_space_bytes = 1 << 30,
                    .cpu_seconds = 5,
                    .processes = 77,
                    .file_bytes = 1 << 20,
                    .open_files = 50};
  EXPECT_EQ(run(command)->output, "0\n5\n50\n1024\n1048576\n77\n");
}

TEST(Run, CpuLimitEndsABusyLoop) {
  Command command = shell("while :; do :; done");
  command.limits.cpu_seconds = 1;
  EXPECT_EQ(run(command)->exit_code, 128 + SIGKILL);
}

TEST(Run, DiesWithUs) {
  const std::string time = a_long_time();
  const pid_t parent = ::fork();
  if (parent == 0) {
    const auto child = Child::start(shell("exec sleep " + time));
    static_cast<void>(run(shell("kill -9 $PPID; exec sleep " + time)));
    ::_exit(0);
  }
  ::waitpid(parent, nullptr, 0);
  EXPECT_TRUE(is_gone(time));
}

TEST(Run, KeepsNoDescriptorsAndNoZombies) {
  const auto before = open_descriptors();
  for (int round = 0; round < 5; ++round) {
    EXPECT_TRUE(run(shell("true")));
    EXPECT_FALSE(run({.words = {"/none"}}));
    EXPECT_TRUE(Child::start(shell("sleep 9")));
    EXPECT_FALSE(Child::start({.words = {"/none"}}));
  }
  EXPECT_EQ(open_descriptors(), before);
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

TEST(Run, WorksFromManyThreads) {
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 4; ++thread)
    threads.emplace_back([thread] {
      for (int round = 0; round < 10; ++round) {
        Command command = shell("cat");
        command.input = std::to_string(thread);
        EXPECT_EQ(run(command)->output, command.input);
      }
    });
}

TEST(ChildTest, TalksLineByLine) {
  auto child = *Child::start(shell("while read -r x; do echo \"<$x>\"; done; printf rest; exit 4"));
  for (const char* word : {"one", "two"}) {
    ASSERT_TRUE(child->write(word + "\n"s, 5s));
    EXPECT_EQ(*child->read_line(5s), "<"s + word + ">");
  }
  child->close_input();
  EXPECT_EQ(*child->read_line(5s), "rest");
  EXPECT_EQ(*child->read_line(5s), std::nullopt);
  EXPECT_EQ(*child->read_line(5s), std::nullopt);
  EXPECT_EQ(child->wait(5s), 4);
  EXPECT_EQ(child->wait(5s), 4);
}

TEST(ChildTest, CollectsErrorsMeanwhile) {
  auto child = *Child::start(shell("head -c 300000 /dev/zero >&2; echo late >&2; echo line"));
  EXPECT_EQ(*child->read_line(5s), "line");
  EXPECT_TRUE(child->wait(5s));
  EXPECT_TRUE(child->errors().ends_with("late\n"));
}

TEST(ChildTest, DoesNotLockUpWhenBothSidesWrite) {
  Command command = shell("cat");
  command.output_limit = 4 << 20;
  auto child = *Child::start(command);
  const std::string line(1 << 20, 'x');
  ASSERT_TRUE(child->write(line + "\n", 10s));
  EXPECT_EQ(*child->read_line(10s), line);
}

TEST(ChildTest, BoundsTimeAndLines) {
  Command command = shell("head -c 5000 /dev/zero; exec sleep 9");
  command.output_limit = 1000;
  auto child = *Child::start(command);
  const auto line = child->read_line(5s);
  EXPECT_EQ(fault_of(line), Fault::unavailable);
  EXPECT_EQ(line.failure().diagnostics()[0].code, "os.line_too_long");
  auto silent = *Child::start(shell("exec sleep 9"));
  EXPECT_EQ(silent->read_line(20ms).failure().diagnostics()[0].code, "os.time");
  EXPECT_EQ(silent->write(std::string(1 << 20, 'x'), 20ms).failure().diagnostics()[0].code,
            "os.time");
  EXPECT_EQ(silent->wait(0ms), std::nullopt);
  silent->signal(SIGTERM);
  EXPECT_EQ(silent->wait(5s), 128 + SIGTERM);
  EXPECT_EQ(silent->write("x", 1s).failure().diagnostics()[0].code, "os.closed");
}

TEST(ChildTest, StopsWaitingWhenAsked) {
  auto child = *Child::start(shell("exec sleep 9"));
  std::stop_source source;
  std::jthread stopper([&] { source.request_stop(); });
  EXPECT_EQ(fault_of(child->read_line(9s, source.get_token())), Fault::cancelled);
}

TEST(Become, ReplacesTheProgram) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    ::signal(SIGPIPE, SIG_IGN);
    static_cast<void>(become(shell("grep SigIgn /proc/self/status")));
    ::_exit(99);
  }
  ::close(ends[1]);
  std::string text(100, '\0');
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(0, ::read(ends[0], text.data(), 100))));
  ::close(ends[0]);
  int status = 0;
  ::waitpid(pid, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(text, "SigIgn:\t0000000000000000\n");
  EXPECT_EQ(fault_of(become({.words = {"/none"}})), Fault::unavailable);
}

TEST(KeptTest, DropsTheMiddleOnly) {
  for (std::size_t step : {1U, 3U, 7U, 100U}) {
    Kept kept(10);
    const std::string all = "0123456789abcdefghij";
    for (std::size_t at = 0; at < all.size(); at += step) kept.add(all.substr(at, step));
    EXPECT_EQ(kept.text(), "01234\n[... 10 bytes left out ...]\nfghij") << step;
  }
  Kept whole(10);
  whole.add("0123456789");
  EXPECT_EQ(whole.text(), "0123456789");
}

}  // namespace
}  // namespace crafter
