// Finds an interpreter that works.

#include <fmt/core.h>

#include <array>
#include <map>
#include <mutex>

#include "base/text.h"
#include "os/disk.h"
#include "python/worker.h"

namespace crafter {
namespace {

constexpr std::array kNames{"python3.12", "python3.13", "python3.11", "python3"};

/// Prints the interpreter that a virtual environment, or a shim, stands for.
constexpr std::string_view kQuestion =
    "import os, sys\n"
    "name = 'python%d.%d' % sys.version_info[:2]\n"
    "path = os.path.join(sys.base_prefix, 'bin', name)\n"
    "if sys.version_info >= (3, 11):\n"
    "    print(path if os.path.exists(path) else sys.executable)\n";

/// The absolute path of the interpreter behind `program`; "" when it does not work or is too old.
std::string try_python(const std::string& program, const std::string& path) {
  const Command command{.words = {program, "-I", "-S", "-c", std::string(kQuestion)},
                        .environment = {{"PATH", path}, {"LC_ALL", "C.UTF-8"}},
                        .time_limit = std::chrono::seconds(10)};
  const auto outcome = run(command);
  if (!outcome || outcome->exit_code != 0) return {};
  return std::string(trim(outcome->output));
}

bool exists(const std::string& folder, std::string_view name) {
  const auto directory = open_disk(folder);
  if (!directory) return false;
  const auto entry = (*directory)->look(name);
  return entry && entry->has_value();
}

/// The folders of PATH; those that only pass on to other programs (pyenv's) come last.
std::vector<std::string> folders_of(const std::string& path) {
  std::vector<std::string> real;
  std::vector<std::string> shims;
  for (std::string& folder : split(path, ':')) {
    if (!folder.starts_with('/')) continue;
    (folder.ends_with("/shims") ? shims : real).push_back(std::move(folder));
  }
  real.insert(real.end(), shims.begin(), shims.end());
  return real;
}

std::string search(const std::string& path) {
  for (const std::string& folder : folders_of(path)) {
    for (const std::string_view name : kNames) {
      if (!exists(folder, name)) continue;
      std::string found = try_python(fmt::format("{}/{}", folder, name), path);
      if (!found.empty()) return found;
    }
  }
  return {};
}

}  // namespace

Result<std::string> find_python(const std::string& path) {
  static std::mutex mutex;
  static std::map<std::string, std::string> found;  // an interpreter takes 20 ms to ask
  const std::lock_guard lock(mutex);
  auto [known, is_new] = found.try_emplace(path);
  if (is_new) known->second = search(path);
  if (!known->second.empty()) return known->second;
  found.erase(known);  // it may be installed while we run
  return Failure(Fault::unavailable, "python.missing",
                 "no Python of version 3.11 or newer was found in PATH",
                 "install one, for example: apt install python3");
}

}  // namespace crafter
