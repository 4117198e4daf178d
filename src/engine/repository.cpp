#include "engine/repository.h"

#include <map>
#include <vector>

#include "os/disk.h"
#include "os/process.h"

namespace crafter {
namespace {

/// 1980-01-01, the first day that every archive format can tell.
constexpr const char* kCommitTime = "315532800 +0000";

std::map<std::string, std::string> fixed_environment(const std::string& path) {
  return {{"PATH", path},
          {"HOME", "/nonexistent"},
          {"GIT_CONFIG_NOSYSTEM", "1"},
          {"GIT_CONFIG_GLOBAL", "/dev/null"},
          {"GIT_AUTHOR_NAME", "MCP Crafter"},
          {"GIT_AUTHOR_EMAIL", "mcp-crafter@localhost"},
          {"GIT_AUTHOR_DATE", kCommitTime},
          {"GIT_COMMITTER_NAME", "MCP Crafter"},
          {"GIT_COMMITTER_EMAIL", "mcp-crafter@localhost"},
          {"GIT_COMMITTER_DATE", kCommitTime},
          {"LC_ALL", "C"}};
}

Result<> git(const std::vector<std::string>& words, const std::string& folder,
             const std::string& path, const std::stop_token& stop) {
  TRY(const Outcome outcome,
      run({.words = words, .folder = folder, .environment = fixed_environment(path)}, stop));
  if (outcome.exit_code == 0) return {};
  return Failure(Fault::unavailable, "install.repository",
                 "git could not make the repository (" + words.back() + ")", outcome.errors);
}

}  // namespace

Result<> make_repository(const std::string& folder, const Json& wish, const std::string& path,
                         std::stop_token stop) {
  const std::string branch(text_of(wish, "branch"));
  const std::string message(text_of(wish, "message"));
  const std::vector<std::vector<std::string>> steps = {
      {"git", "init", "--quiet", "--template=", "--initial-branch", branch},
      {"git", "add", "--all"},
      {"git", "-c", "gc.auto=0", "commit", "--quiet", "--no-verify", "--no-gpg-sign", "-m",
       message},
  };
  for (const auto& words : steps) TRY(git(words, folder, path, stop));
  TRY(auto disk, open_disk(folder));
  TRY(disk->remove(".git/index"));  // it holds the times of the files; a fresh one does not
  return git({"git", "read-tree", "HEAD"}, folder, path, stop);
}

}  // namespace crafter
