// Gets uv: by pip with its hash checked, or from PATH where there is no pip.

#include "python/uv.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <span>

#include "base/text.h"
#include "python/scripts.h"

namespace crafter {
namespace {

constexpr std::array kUnreachable{"error sending request",
                                  "Failed to fetch",
                                  "network was disabled",
                                  "client error",
                                  "dns error",
                                  "timed out",
                                  "Failed to establish",
                                  "Connection refused",
                                  "Network is unreachable",
                                  "SSLError",
                                  "Max retries exceeded"};

constexpr std::array kBroken{"No space left", "Permission denied", "Read-only file system",
                             "Disk quota", "os error"};

constexpr std::array kProgress{"Using CPython",    "Resolved ",  "Prepared ",
                               "Creating virtual", "Installed ", "WARNING: "};

constexpr std::size_t kWords = 600;

bool has_any(std::string_view words, std::span<const char* const> signs) {
  return std::ranges::any_of(signs,
                             [&](std::string_view sign) { return words.find(sign) != words.npos; });
}

using Say = std::function<void(std::string)>;

/// Whether `program` is uv of the pinned version.
bool is_pinned(const PythonHome& home, const std::string& program) {
  const auto outcome = run(network_command(home, {program, "--version"}));
  const std::string expected = fmt::format("uv {}", kUvVersion);
  return outcome && outcome->exit_code == 0 &&
         (trim(outcome->output) == expected || outcome->output.starts_with(expected + " "));
}

Result<bool> has_pip(const PythonHome& home, const std::string& python, std::stop_token stop) {
  const auto outcome = run(network_command(home, {python, "-I", "-m", "pip", "--version"}), stop);
  if (!outcome && outcome.failure().fault() == Fault::cancelled) return outcome.failure();
  return outcome && outcome->exit_code == 0;
}

/// A python that has pip: the given one, or else a virtual environment that brings it along.
Result<std::string> python_with_pip(const PythonHome& home, const std::string& folder,
                                    std::stop_token stop) {
  TRY(const bool given, has_pip(home, home.python, stop));
  if (given) return home.python;
  const std::string inside = folder + "/bin/python";
  TRY(const Outcome made,
      run(network_command(home, {home.python, "-I", "-m", "venv", folder}), stop));
  if (made.exit_code == 0) {
    TRY(const bool brought, has_pip(home, inside, stop));
    if (brought) return inside;
  }
  return Failure(Fault::unavailable, "python.no_pip",
                 fmt::format("{} has no pip, which is needed once to get uv", home.python),
                 "install it, for example: apt install python3-pip");
}

/// Downloads and unpacks into `folder`, so that folder/uv is the program.
Result<> download(const PythonHome& home, const std::string& folder, std::stop_token stop) {
  TRY(const std::string python, python_with_pip(home, folder + "/pip", stop));
  Command pip =
      network_command(home, {python, "-I", "-m", "pip", "download", "--no-deps", "--only-binary",
                             ":all:", "--require-hashes", "--no-input", "--retries", "1",
                             "--disable-pip-version-check", "--no-cache-dir", "--dest", folder,
                             "--requirement", folder + "/uv.txt"});
  pip.time_limit = std::chrono::minutes(5);
  TRY(const Outcome outcome, run(pip, stop));
  if (outcome.exit_code != 0 && is_unreachable(outcome.errors))
    return Failure(Fault::unavailable, "python.network", "uv is missing and cannot be fetched",
                   "connect to the network (a proxy is taken from the environment), or say "
                   "--proof none");
  if (outcome.exit_code != 0)
    return Failure(Fault::unavailable, "python.no_uv", "uv could not be downloaded by pip",
                   condensed(outcome.errors));
  TRY(const Outcome unpacked,
      run(network_command(
              home, {home.python, "-I", "-S", "-c", std::string(script("unpack_uv.py")), folder}),
          stop));
  if (unpacked.exit_code == 0 && is_pinned(home, folder + "/uv")) return {};
  return Failure(Fault::unavailable, "python.no_uv", "uv was downloaded but does not run",
                 condensed(unpacked.errors));
}

}  // namespace

Command network_command(const PythonHome& home, std::vector<std::string> words) {
  Command command{.words = std::move(words),
                  .environment = {{"PATH", "/usr/local/bin:/usr/bin:/bin"},
                                  {"HOME", home.cache + "/home"},
                                  {"LC_ALL", "C.UTF-8"},
                                  {"NO_COLOR", "1"},
                                  {"UV_CACHE_DIR", home.cache + "/wheels"},
                                  {"UV_NO_CONFIG", "1"},
                                  {"UV_NO_PROGRESS", "1"},
                                  {"UV_PYTHON_DOWNLOADS", "never"},
                                  {"UV_SYSTEM_CERTS", "1"}},
                  .time_limit = std::chrono::minutes(15)};
  for (const std::string& variable : home.passed) {
    const auto equals = variable.find('=');
    if (equals != std::string::npos)
      command.environment[variable.substr(0, equals)] = variable.substr(equals + 1);
  }
  return command;
}

Result<FileLock> wait_for_lock(const std::string& path, const Say& say, std::stop_token stop) {
  for (bool is_told = false;; is_told = true) {
    auto lock = FileLock::take(path, 0.2);
    if (lock || lock.failure().fault() != Fault::conflict) return lock;
    if (stop.stop_requested())
      return Failure(Fault::cancelled, "python.cancelled", "waiting for a lock was stopped");
    if (!is_told) say("waiting for another process that prepares the same");
  }
}

bool is_unreachable(std::string_view words) { return has_any(words, kUnreachable); }

bool is_broken(std::string_view words) { return has_any(words, kBroken); }

std::string condensed(std::string_view words) {
  std::string line;
  for (const std::string& one : split(words, '\n')) {
    const std::string_view shown = trim(one);
    const bool is_progress = std::ranges::any_of(
        kProgress, [&](std::string_view begin) { return shown.starts_with(begin); });
    if (shown.empty() || is_progress) continue;
    if (!line.empty()) line += ' ';
    line += shown;
  }
  if (line.size() <= kWords) return line;
  std::size_t end = kWords;
  while ((static_cast<unsigned char>(line[end]) & 0xC0U) == 0x80U) --end;  // inside a character
  return line.substr(0, end) + " ...";
}

Result<std::string> pinned_uv(const PythonHome& home, const Say& say, std::stop_token stop) {
  TRY(const auto cache, create_disk(home.cache, true));
  const std::string place = fmt::format("uv/{}", kUvVersion);
  const std::string program = fmt::format("{}/{}/uv", home.cache, place);
  TRY(auto there, cache->look(place + "/uv"));
  if (there) return program;
  TRY(cache->make_folder("uv"));
  TRY(const FileLock lock, wait_for_lock(home.cache + "/uv/lock", say, stop));
  TRY(there, cache->look(place + "/uv"));
  if (there) return program;
  say(fmt::format("getting uv {}", kUvVersion));
  const std::string stage = "uv/stage";
  TRY(cache->remove(stage));
  TRY(cache->write(stage + "/uv.txt", script("uv.txt")));
  if (auto downloaded = download(home, home.cache + "/" + stage, stop); !downloaded) {
    if (is_pinned(home, "uv")) return std::string("uv");
    return std::move(downloaded).failure();
  }
  TRY(cache->make_folder(place));
  TRY(cache->rename(stage + "/uv", place + "/uv"));
  TRY(cache->remove(stage));
  return program;
}

}  // namespace crafter
