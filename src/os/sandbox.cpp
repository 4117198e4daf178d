// The fence around code that we did not write: how bubblewrap is asked for it.

#include "os/sandbox.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "base/text.h"

namespace crafter {
namespace {

using Words = std::vector<std::string>;

constexpr std::string_view kHome = "/tmp/home";
/// No file system in memory may grow beyond this.
constexpr std::string_view kMemoryFiles = "268435456";

constexpr std::array kBubblewraps{"/usr/bin/bwrap", "/usr/local/bin/bwrap", "/bin/bwrap"};

/// Parts of the system that are folders on some and links into /usr on others.
constexpr std::array kSystem{"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"};

/// What programs need to start, to trust certificates and to know the name localhost: nothing that
/// holds a key or a user.
constexpr std::array kSettings{
    "/etc/alternatives",    "/etc/ca-certificates",
    "/etc/hosts",           "/etc/ld.so.cache",
    "/etc/ld.so.conf",      "/etc/ld.so.conf.d",
    "/etc/nsswitch.conf",   "/etc/pki/tls/certs",
    "/etc/ssl/certs",       "/etc/pki/ca-trust/extracted",
    "/etc/ssl/openssl.cnf", "/etc/pki/tls/openssl.cnf",
};

void append(Words& words, std::initializer_list<std::string_view> more) {
  words.insert(words.end(), more.begin(), more.end());
}

std::string bubblewrap() {
  const auto* found = std::ranges::find_if(
      kBubblewraps, [](const char* path) { return std::filesystem::exists(path); });
  return found == kBubblewraps.end() ? kBubblewraps.front() : *found;
}

void show_system(Words& words) {
  append(words, {"--ro-bind", "/usr", "/usr"});
  for (const std::filesystem::path path : kSystem) {
    std::error_code ignored;
    if (std::filesystem::is_symlink(path, ignored))
      append(words,
             {"--symlink", std::filesystem::read_symlink(path, ignored).native(), path.native()});
    else
      append(words, {"--ro-bind-try", path.native(), path.native()});
  }
  for (const std::string_view path : kSettings) append(words, {"--ro-bind-try", path, path});
}

void make_rooms(Words& words) {
  append(words, {"--proc", "/proc", "--dev", "/dev"});
  append(words, {"--size", kMemoryFiles, "--tmpfs", "/dev/shm", "--remount-ro", "/dev"});
  append(words, {"--size", kMemoryFiles, "--tmpfs", "/tmp", "--dir", kHome});
}

/// A path sorts before all that is below it, so that each shows through the one around it.
void show_paths(Words& words, const Fence& fence) {
  std::map<std::string, std::string_view> options;
  for (const std::string& path : fence.readable) options[path] = "--ro-bind";
  for (const std::string& path : fence.writable) options[path] = "--bind";
  for (const auto& [path, option] : options) append(words, {option, path, path});
}

}  // namespace

Command fenced(const Command& command, const Fence& fence) {
  Words words{bubblewrap()};
  append(words, {"--unshare-user", "--disable-userns", "--unshare-pid", "--unshare-net"});
  append(words, {"--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try", "--hostname", "fence"});
  append(words, {"--new-session", "--die-with-parent", "--cap-drop", "ALL"});
  show_system(words);
  make_rooms(words);
  show_paths(words, fence);
  append(words, {"--remount-ro", "/", "--chdir", command.folder.empty() ? "/" : command.folder});
  append(words, {"--"});
  if (const auto most = command.limits.processes; most != 0)
    append(words, {"/usr/bin/prlimit", fmt::format("--nproc={}", most), "--"});
  words.insert(words.end(), command.words.begin(), command.words.end());

  Command behind = command;
  behind.words = std::move(words);
  behind.folder = "/";
  behind.limits.processes = 0;  // counted inside, where nobody else's processes are
  behind.environment.try_emplace("HOME", kHome);
  return behind;
}

Result<> sandbox_works() {
  if (!std::filesystem::exists(bubblewrap()))
    return Failure(Fault::unavailable, "os.no_sandbox", "bubblewrap (bwrap) is not installed",
                   "install the package bubblewrap, for example: apt install bubblewrap");
  Command command{.words = {"/bin/true"}, .time_limit = std::chrono::seconds(10)};
  command.limits.processes = 64;
  TRY(const Outcome outcome, run(fenced(command, {})));
  if (outcome.exit_code == 0) return {};
  if (outcome.errors.find("nknown option") != std::string::npos)
    return Failure(Fault::unavailable, "os.no_sandbox", "bubblewrap is too old here",
                   "version 0.8 or newer is needed");
  return Failure(Fault::unavailable, "os.no_sandbox",
                 fmt::format("no sandbox can be made here: {}", quote(trim(outcome.errors))),
                 "allow user namespaces: check the sysctls user.max_user_namespaces, "
                 "kernel.unprivileged_userns_clone and "
                 "kernel.apparmor_restrict_unprivileged_userns; a container must permit them too");
}

}  // namespace crafter
