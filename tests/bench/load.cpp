// The clients of the benches. The request stands in the standard input; every answer must contain
// WORD.
//   bench_load http PORT CALLS CONNECTIONS WORD     one request at a time on each connection
//   bench_load stdio CALLS WORD PROGRAM ...         one line at a time, itself and the program on
//   one core bench_load start RUNS WORD PROGRAM ...          a new process for each call
// Prints microseconds: "p50 p99", and for start the median of the peak memory in KiB besides.

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Time = std::chrono::steady_clock::time_point;

[[noreturn]] void fail(std::string_view why, std::string_view what = "") {
  std::cerr << why << ": " << what.substr(0, 2000) << '\n';
  std::exit(1);
}

double microseconds_since(Time begun) {
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begun)
      .count();
}

double quantile(std::vector<double>& figures, double share) {
  const auto at = static_cast<std::ptrdiff_t>(share * static_cast<double>(figures.size() - 1));
  std::nth_element(figures.begin(), figures.begin() + at, figures.end());
  return figures[static_cast<std::size_t>(at)];
}

void write_all(int to, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(to, bytes.data(), bytes.size());
    if (count <= 0) fail("cannot write", std::strerror(errno));
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

/// Whether `in` holds an answer to its end: by length, in chunks, or events.
bool is_whole(const std::string& in) {
  const std::size_t end = in.find("\r\n\r\n");
  if (end == in.npos) return false;
  std::string head = in.substr(0, end);
  std::ranges::transform(head, head.begin(), [](unsigned char c) { return std::tolower(c); });
  constexpr std::string_view kLength = "content-length: ";
  const std::size_t at = head.find(kLength);
  if (at != head.npos)
    return in.size() >= end + 4 + std::strtoul(head.c_str() + at + kLength.size(), nullptr, 10);
  return in.ends_with("\r\n0\r\n\r\n");
}

struct Connection {
  int socket = -1;
  std::string in = {};
  Time begun = {};
};

Connection connect_to(int port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = ::htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
  if (::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    fail("cannot connect", std::strerror(errno));
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return {socket};
}

void receive(Connection& connection) {
  char block[64 << 10];
  const ssize_t count = ::recv(connection.socket, block, sizeof block, 0);
  if (count <= 0) fail("the server closed", connection.in);
  connection.in.append(block, static_cast<std::size_t>(count));
}

void check(const std::string& answer, std::string_view word) {
  if (answer.find(word) == answer.npos) fail("not the answer", answer);
}

std::vector<double> call_http(int port, std::size_t calls, std::size_t many, std::string_view word,
                              const std::string& request) {
  std::vector<Connection> all;
  std::vector<pollfd> waits;
  std::vector<double> took;
  const auto ask = [&](Connection& one) {
    one.in.clear();
    one.begun = std::chrono::steady_clock::now();
    write_all(one.socket, request);
  };
  for (std::size_t at = 0; at < many; ++at) {
    all.push_back(connect_to(port));
    waits.push_back({all.back().socket, POLLIN, 0});
    ask(all.back());
  }
  for (std::size_t asked = many; took.size() < std::max(calls, many);) {
    if (::poll(waits.data(), waits.size(), 30'000) <= 0) fail("the server is silent");
    for (std::size_t at = 0; at < many; ++at) {
      if (waits[at].revents == 0) continue;
      receive(all[at]);
      if (!is_whole(all[at].in)) continue;
      took.push_back(microseconds_since(all[at].begun));
      check(all[at].in, word);
      if (asked++ < calls)
        ask(all[at]);
      else
        waits[at].fd = -1;
    }
  }
  for (const Connection& one : all) ::close(one.socket);
  return took;
}

struct Program {
  pid_t id = 0;
  int to = -1;
  int from = -1;
};

Program start(char** words) {
  int in[2];
  int out[2];
  if (::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0) fail("no pipe");
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  Program made{0, in[1], out[0]};
  if (::posix_spawnp(&made.id, words[0], &actions, nullptr, words, environ) != 0)
    fail("cannot start", words[0]);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(in[0]);
  ::close(out[1]);
  return made;
}

void end(const Program& program) {
  ::close(program.to);
  int status = 0;
  ::waitpid(program.id, &status, 0);
  ::close(program.from);
  if (status != 0) fail("the program failed");
}

std::string ask_line(const Program& program, const std::string& request) {
  std::string in;
  char block[64 << 10];
  write_all(program.to, request);
  while (!in.ends_with('\n')) {
    const ssize_t count = ::read(program.from, block, sizeof block);
    if (count <= 0) fail("the program closed", in);
    in.append(block, static_cast<std::size_t>(count));
  }
  return in;
}

std::vector<double> call_stdio(std::size_t calls, std::string_view word, char** words,
                               const std::string& request) {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(::sched_getcpu(), &one);
  ::sched_setaffinity(0, sizeof one, &one);
  const Program program = start(words);
  std::vector<double> took;
  while (took.size() < calls) {
    const Time begun = std::chrono::steady_clock::now();
    const std::string answer = ask_line(program, request);
    took.push_back(microseconds_since(begun));
    check(answer, word);
  }
  end(program);
  return took;
}

double peak_kib(pid_t id) {
  std::ifstream status("/proc/" + std::to_string(id) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::strtod(line.c_str() + 6, nullptr);
  }
  fail("no VmHWM");
}

std::vector<double> call_starts(std::size_t runs, std::string_view word, char** words,
                                const std::string& request) {
  std::vector<double> took;
  std::vector<double> peaks;
  while (took.size() < runs) {
    const Time begun = std::chrono::steady_clock::now();
    const Program program = start(words);
    const std::string answer = ask_line(program, request);
    took.push_back(microseconds_since(begun));
    check(answer, word);
    peaks.push_back(peak_kib(program.id));
    end(program);
  }
  std::printf("%.0f ", quantile(peaks, 0.5));
  return took;
}

}  // namespace

int main(int count, char** words) {
  const std::string_view mode = count > 4 ? words[1] : "";
  const std::string request(std::istreambuf_iterator<char>(std::cin), {});
  const auto number = [&](int at) { return std::strtoul(words[at], nullptr, 10); };
  std::vector<double> took;
  if (mode == "http" && count == 6)
    took = call_http(static_cast<int>(number(2)), number(3), number(4), words[5], request);
  else if (mode == "stdio")
    took = call_stdio(number(2), words[3], words + 4, request);
  else if (mode == "start")
    took = call_starts(number(2), words[3], words + 4, request);
  else
    fail("see the first lines of tests/bench/load.cpp");
  std::printf("%.2f %.2f\n", quantile(took, 0.5), quantile(took, 0.99));
}
