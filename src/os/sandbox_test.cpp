// What code behind the fence cannot do, tried by a program that wants to.

#include "os/sandbox.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "os/fd.h"
#include "os/test_folder.h"

namespace crafter {
namespace {

using namespace std::chrono_literals;

class SandboxTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto works = sandbox_works();
    if (!works) GTEST_SKIP() << "NOT TESTED: " << works.failure().message();
    std::filesystem::create_directories(place / "scratch");
    std::filesystem::create_directories(place / "cache/inner");
    put_file(place / "secret", "hidden");
    put_file(place / "cache/data", "shown");
  }

  [[nodiscard]] Command python(const std::string& script) const {
    return {.words = {"/usr/bin/python3", "-I", "-c", script},
            .folder = place / "scratch",
            .environment = {{"PATH", "/usr/bin:/bin"}, {"PLACE", place.path()}},
            .time_limit = 20s};
  }
  [[nodiscard]] Fence fence() const {
    return {.readable = {place / "cache"}, .writable = {place / "scratch"}};
  }
  /// What a script prints behind the fence.
  [[nodiscard]] std::string says(const std::string& script) const {
    const auto outcome = run(fenced(python("import os\nplace = os.environ['PLACE']\n"
                                           "def attempt(what):\n"
                                           "    try: return what()\n"
                                           "    except OSError as e: return type(e).__name__\n" +
                                           script),
                                    fence()));
    if (!outcome) return "failure: " + outcome.failure().message();
    return outcome->output + outcome->errors;
  }

  TestFolder place;
};

TEST_F(SandboxTest, ReadsAndWritesWhatItMay) {
  EXPECT_EQ(says("print(os.getcwd() == place + '/scratch', open(place + '/cache/data').read())\n"
                 "print(open('made', 'w').write('yes'))"),
            "True shown\n3\n");
  EXPECT_TRUE(std::filesystem::exists(place / "scratch/made"));
}

TEST_F(SandboxTest, WritesNowhereElse) {
  EXPECT_EQ(says("for path in ['/usr/x', '/etc/x', '/x', '/var/x', '/home/x', '/dev/x', '/proc/x',"
                 " place + '/cache/data', place + '/cache/new', '/usr/bin/env']:\n"
                 "    result = attempt(lambda: open(path, 'a').write('x'))\n"
                 "    if result not in ('OSError', 'PermissionError', 'FileNotFoundError'):\n"
                 "        print(path, result)"),
            "");
  EXPECT_EQ(says("open(place + '/leak', 'w').write('x')"), "");  // a folder in memory
  EXPECT_FALSE(std::filesystem::exists(place / "leak"));
}

TEST_F(SandboxTest, SeesNoHomeNoSecretsNoUsers) {
  EXPECT_EQ(says("for path in [place + '/secret', '/root', '/etc/shadow', '/etc/passwd',"
                 " '/etc/ssl/private', '/run', '/var', '/sys', '/srv', '/boot']:\n"
                 "    if os.path.exists(path): print(path)"),
            "");
  EXPECT_EQ(says("print(sorted(os.listdir(place)), sorted(os.listdir('/tmp')) ==\n"
                 "      sorted(['home', os.path.basename(place)]), os.environ['HOME'],\n"
                 "      os.listdir(os.environ['HOME']))"),
            "['cache', 'scratch'] True /tmp/home []\n");
}

TEST_F(SandboxTest, TheEnvironmentIsTheCommandsOwn) {
  ::setenv("CRAFTER_TEST_SECRET", "s3cret", 1);
  EXPECT_EQ(says("print(sorted(os.environ.keys() - {'LC_CTYPE'}))"),
            "['HOME', 'PATH', 'PLACE', 'PWD']\n");
  EXPECT_EQ(says("import glob\n"
                 "for path in glob.glob('/proc/[0-9]*/environ'):\n"
                 "    if b's3cret' in open(path, 'rb').read(): print(path)"),
            "");
  ::unsetenv("CRAFTER_TEST_SECRET");
}

TEST_F(SandboxTest, SeesNoProcessesOutside) {
  EXPECT_EQ(says("pids = sorted(int(name) for name in os.listdir('/proc') if name.isdigit())\n"
                 "print(len(pids) <= 3, max(pids) < 10)\n"
                 "print(attempt(lambda: os.kill(" +
                 std::to_string(::getpid()) + ", 0)))"),
            "True True\nProcessLookupError\n");
}

TEST_F(SandboxTest, ReachesNoNetworkButItsOwnLoopback) {
  const Fd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  ASSERT_EQ(::bind(listener.number(), generic, size), 0);
  ASSERT_EQ(::listen(listener.number(), 5), 0);
  ASSERT_EQ(::getsockname(listener.number(), generic, &size), 0);
  const int port = ntohs(address.sin_port);
  const auto here = connect_loopback(port);
  ASSERT_TRUE(here);
  ::close(*here);
  EXPECT_EQ(says("import socket\n"
                 "s = socket.socket(); s.settimeout(2)\n"
                 "print(attempt(lambda: s.connect(('127.0.0.1', " +
                 std::to_string(port) +
                 "))))\n"
                 "s = socket.socket(); s.settimeout(2)\n"
                 "print(attempt(lambda: s.connect(('192.0.2.1', 80))))\n"
                 "print(attempt(lambda: socket.getaddrinfo('example.org', 80)))\n"
                 "print([name for _, name in socket.if_nameindex() if name == 'lo'])\n"
                 "l = socket.create_server(('localhost', 0))\n"
                 "print(socket.create_connection(l.getsockname()[:2], 2) is not None)"),
            "ConnectionRefusedError\nOSError\ngaierror\n['lo']\nTrue\n");
}

TEST_F(SandboxTest, HasNoPrivilegesAndGetsNone) {
  EXPECT_EQ(says("status = open('/proc/self/status').read()\n"
                 "print([line.split()[1] for line in status.splitlines() if line.startswith(\n"
                 "      ('CapEff', 'CapPrm', 'CapBnd', 'NoNewPrivs'))])"),
            "['0000000000000000', '0000000000000000', '0000000000000000', '1']\n");
  EXPECT_EQ(says("import ctypes; libc = ctypes.CDLL(None, use_errno=True)\n"
                 "for flag in (0x10000000, 0x00020000, 0x40000000, 0x20000000):\n"
                 "    print(libc.unshare(flag), end=' ')\n"
                 "print(libc.mount(b'x', b'/tmp', b'tmpfs', 0, 0))"),
            "-1 -1 -1 -1 -1\n");
}

TEST_F(SandboxTest, MemoryFilesAreBounded) {
  EXPECT_EQ(says("def fill(path):\n"
                 "    with open(path, 'wb') as f:\n"
                 "        for _ in range(300): f.write(b'x' * (1 << 20))\n"
                 "print(attempt(lambda: fill('/tmp/big')), attempt(lambda: fill('/dev/shm/big')))"),
            "OSError OSError\n");
}

TEST_F(SandboxTest, ProcessesAreBoundedForOrdinaryUsers) {
  if (::geteuid() == 0) GTEST_SKIP() << "NOT TESTED: the kernel does not count root's processes";
  Command command = python(
      "import os, time\n"
      "try:\n"
      "    for _ in range(100):\n"
      "        if os.fork() == 0: time.sleep(9)\n"
      "except BlockingIOError: print('bounded')");
  command.limits.processes = 20;
  EXPECT_EQ(run(fenced(command, fence()))->output, "bounded\n");
}

TEST_F(SandboxTest, NothingSurvivesItsEnd) {
  Command command = python(
      "import os, time\n"
      "for _ in range(3):\n"
      "    if os.fork() == 0:\n"
      "        os.setsid()\n"
      "        if os.fork() == 0:\n"
      "            while True: open('alive', 'a').write('x')\n"
      "        os._exit(0)\n"
      "time.sleep(60)");
  command.time_limit = 3s;
  EXPECT_TRUE(run(fenced(command, fence()))->timed_out);
  const auto size = [&] { return std::filesystem::file_size(place / "scratch/alive"); };
  const auto before = size();
  EXPECT_GT(before, 0U);
  EXPECT_EQ(run({.words = {"/usr/bin/sleep", "0.2"}})->exit_code, 0);
  EXPECT_EQ(size(), before);
}

TEST_F(SandboxTest, WritableInsideReadableAndTheOtherWayRound) {
  const Fence nested{.readable = {place / "cache", place / "scratch/fixed"},
                     .writable = {place / "cache/inner", place / "scratch"}};
  std::filesystem::create_directories(place / "scratch/fixed");
  const auto outcome = run(fenced(python("import os\nplace = os.environ['PLACE']\n"
                                         "print(open(place + '/cache/inner/x', 'w').write('x'))\n"
                                         "try: open(place + '/scratch/fixed/x', 'w')\n"
                                         "except OSError as e: print(e.strerror)"),
                                  nested));
  EXPECT_EQ(outcome->output, "1\nRead-only file system\n");
}

TEST_F(SandboxTest, AMissingPathIsSaidSo) {
  const auto outcome = run(fenced(python("pass"), {.readable = {place / "none"}}));
  EXPECT_NE(outcome->exit_code, 0);
  EXPECT_NE(outcome->errors.find(place / "none"), std::string::npos) << outcome->errors;
}

/// The port that the first line of a server's output names.
int port_of(Child& child) {
  const auto line = child.read_line(20s);
  return line && *line ? std::atoi((*line)->c_str()) : 0;
}

constexpr auto kServer =
    "import http.server\n"
    "class Handler(http.server.BaseHTTPRequestHandler):\n"
    "    def do_GET(self):\n"
    "        self.send_response(200); self.end_headers(); self.wfile.write(b'from inside')\n"
    "server = http.server.HTTPServer(('127.0.0.1', 0), Handler)\n"
    "print(server.server_port, flush=True)\n"
    "server.serve_forever()\n";

TEST_F(SandboxTest, AServerInsideIsReachedFromOutside) {
  auto child = *Child::start(fenced(python(kServer), fence()));
  const int port = port_of(*child);
  ASSERT_NE(port, 0) << child->errors();
  EXPECT_FALSE(connect_loopback(port));
  const auto before = open_descriptors();
  for (int round = 0; round < 3; ++round) {
    const auto connection = connect_inside(child->pid(), port);
    ASSERT_TRUE(connection) << connection.failure().message();
    const Fd socket(*connection);
    const std::string request = "GET / HTTP/1.0\r\n\r\n";
    ASSERT_GT(::send(*connection, request.data(), request.size(), MSG_NOSIGNAL), 0);
    std::string answer;
    char block[1000];
    for (ssize_t count; (count = ::read(*connection, block, sizeof(block))) > 0;)
      answer.append(block, static_cast<std::size_t>(count));
    EXPECT_TRUE(answer.ends_with("from inside")) << answer;
    EXPECT_EQ(::fcntl(*connection, F_GETFD), FD_CLOEXEC);
  }
  EXPECT_EQ(open_descriptors(), before);
}

TEST_F(SandboxTest, WhereNobodyListensTheConnectionIsRefused) {
  auto child =
      *Child::start(fenced(python("import time; print(1, flush=True); time.sleep(60)"), fence()));
  ASSERT_EQ(port_of(*child), 1);
  const auto refused = connect_inside(child->pid(), 9);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.failure().diagnostics()[0].code, "os.refused");
  auto plain = *Child::start({.words = {"/usr/bin/sleep", "9"}});
  EXPECT_EQ(connect_inside(plain->pid(), 9).failure().fault(), Fault::unavailable);
  EXPECT_EQ(connect_loopback(9).failure().fault(), Fault::unavailable);
}

TEST(Sandbox, WorksForAnOrdinaryUserToo) {
  const std::string program = std::filesystem::read_symlink("/proc/self/exe");
  if (::geteuid() != 0) GTEST_SKIP() << "this is the ordinary user's run";
  const Command command{
      .words = {"/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", program,
                "--gtest_filter=SandboxTest.*", "--gtest_brief=1"},
      .folder = "/",
      .environment = {{"PATH", "/usr/bin:/bin"}},
      .time_limit = 120s};
  const auto outcome = run(command);
  if (!outcome || outcome->exit_code == 127)
    GTEST_SKIP() << "NOT TESTED: the user nobody cannot run this test";
  EXPECT_EQ(outcome->exit_code, 0) << outcome->output << outcome->errors;
  EXPECT_NE(outcome->output.find("PASSED"), std::string::npos) << outcome->output;
}

TEST(Fenced, KeepsTheCommandsLimitsAndWords) {
  Command command{.words = {"tool", "--flag"}, .folder = "/w", .environment = {{"HOME", "/own"}}};
  command.limits = {.cpu_seconds = 5, .processes = 9};
  const Command behind = fenced(command, {.writable = {"/w"}});
  EXPECT_EQ(behind.environment, command.environment);
  EXPECT_EQ(behind.limits.cpu_seconds, 5U);
  EXPECT_EQ(behind.limits.processes, 0U);
  const std::vector<std::string> end(behind.words.end() - 6, behind.words.end());
  EXPECT_EQ(end, (std::vector<std::string>{"--", "/usr/bin/prlimit", "--nproc=9", "--", "tool",
                                           "--flag"}));
}

}  // namespace
}  // namespace crafter
