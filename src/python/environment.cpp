// Locks a project's requirements with uv and installs them, or finds that done before.

#include "python/environment.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/digest.h"
#include "base/json.h"
#include "base/text.h"
#include "python/scripts.h"
#include "python/uv.h"

namespace crafter {
namespace {

using Say = std::function<void(std::string)>;

/// One set of requirements and its folder in the cache:
///
///     environments/DIGEST/project/   pyproject.toml and uv.lock of the latest project with this
///     set environments/DIGEST/locked     the pyproject.toml which that uv.lock fits
///     environments/DIGEST/venv/      the installed packages
///     environments/DIGEST/ready      written last: what venv/ holds
struct Set {
  const PythonHome& home;
  const Say& say;
  std::stop_token stop;
  std::unique_ptr<Directory> folder;
  std::string path;
  bool has_dev = false;
  std::string base;
};

Result<Json> ask(const PythonHome& home, std::string_view name, std::vector<std::string> words,
                 const std::string& input, std::stop_token stop) {
  words.insert(words.begin(), {home.python, "-I", "-S", "-c", std::string(script(name))});
  Command command = network_command(home, std::move(words));
  command.input = input;
  TRY(const Outcome outcome, run(command, stop));
  if (outcome.exit_code == 0) return parse_json(outcome.output, name, kTrusted);
  return Failure(Fault::unavailable, "python.broken", fmt::format("{} does not work", home.python),
                 condensed(outcome.errors));
}

Failure unreachable(const std::string& words) {
  return {Fault::unavailable, "python.network", "packages are missing and cannot be fetched",
          "connect to the network (a proxy is taken from the environment), or say --proof none: " +
              words};
}

Failure broken(const std::string& words) {
  return {Fault::unavailable, "python.broken", "the packages cannot be installed here", words};
}

Failure unresolvable(std::string words) {
  return {Fault::invalid_input, Diagnostic{.code = "form.dependencies",
                                           .pointer = "/dependencies",
                                           .message = "the dependencies cannot be installed",
                                           .hint = std::move(words)}};
}

Result<Outcome> run_uv(const Set& set, const std::string& uv, std::vector<std::string> words) {
  words.insert(words.begin(), uv);
  words.insert(words.end(),
               {"--no-build", "--python", set.home.python, "--project", set.path + "/project"});
  Command command = network_command(set.home, std::move(words));
  command.environment["UV_PROJECT_ENVIRONMENT"] = set.path + "/venv";
  return run(command, set.stop);
}

/// Nothing when it went well.
Result<> judge(const Outcome& outcome) {
  if (outcome.exit_code == 0) return {};
  const std::string words = condensed(outcome.errors);
  if (outcome.timed_out || is_unreachable(words)) return unreachable(words);
  if (is_broken(words)) return broken(words);
  return unresolvable(words);
}

/// Runs `uv lock`: without the network when an earlier lock is there, or when it is unreachable.
Result<> lock(const Set& set, const std::string& uv, bool has_lock) {
  if (has_lock) {
    TRY(const Outcome known, run_uv(set, uv, {"lock", "--offline"}));
    if (known.exit_code == 0) return {};
  }
  set.say("resolving the dependencies");
  TRY(const Outcome outcome, run_uv(set, uv, {"lock"}));
  auto judged = judge(outcome);
  if (judged || judged.failure().fault() != Fault::unavailable) return judged;
  TRY(const Outcome offline, run_uv(set, uv, {"lock", "--offline"}));
  if (offline.exit_code == 0) return {};
  return judged;
}

/// The uv.lock of this very project.
Result<std::string> lock_of(const Set& set, const std::string& pyproject) {
  const auto locked = set.folder->read("locked");
  auto known = set.folder->read("project/uv.lock");
  if (known && locked && *locked == pyproject) return known;
  TRY(const std::string uv, pinned_uv(set.home, set.say, set.stop));
  TRY(set.folder->remove("locked"));
  TRY(set.folder->write("project/pyproject.toml", pyproject));
  TRY(lock(set, uv, static_cast<bool>(known)));
  TRY(std::string text, set.folder->read("project/uv.lock"));
  TRY(set.folder->write("locked", pyproject));
  return text;
}

/// Digest of a uv.lock that is the same for every project with the same packages: the block that
/// is the project itself stays out, wherever its name has put it.
std::string digest_of_packages(std::string_view text) {
  constexpr std::string_view kBegin = "\n[[package]]\n";
  std::vector<std::string_view> blocks;
  while (!text.empty()) {
    const auto end = text.find(kBegin);
    const std::string_view block = text.substr(0, end);
    const bool is_project = block.find("\nsource = { virtual = \".\" }") != block.npos ||
                            block.find("\nsource = { editable = \".\" }") != block.npos;
    if (!is_project) blocks.push_back(trim(block));
    text = end == text.npos ? std::string_view() : text.substr(end + kBegin.size());
  }
  std::ranges::sort(blocks);
  std::string all;
  for (const std::string_view block : blocks) all.append(block).append("\n\n");
  return sha256(all);
}

/// Installs into venv/, from nothing. No code of the packages runs: wheels only, compiled by the
/// interpreter without its site.
Result<Json> install(const Set& set, const std::string& packages) {
  TRY(const std::string uv, pinned_uv(set.home, set.say, set.stop));
  TRY(set.folder->remove("ready"));
  TRY(set.folder->remove("venv"));
  set.say("installing the dependencies");
  std::vector<std::string> words{"sync", "--frozen", "--no-install-project"};
  if (set.has_dev) words.insert(words.end(), {"--group", "dev"});
  TRY(const Outcome outcome, run_uv(set, uv, std::move(words)));
  TRY(judge(outcome));
  const std::string venv = set.path + "/venv";
  TRY(run(network_command(set.home, {set.home.python, "-I", "-S", "-m", "compileall", "-q", "-j",
                                     "2", venv + "/lib"}),
          set.stop));
  TRY(const Json installed, ask(set.home, "installed.py", {venv}, "", set.stop));
  const Json ready(JsonObject{{"packages", packages}, {"installed", installed}});
  TRY(set.folder->write("ready", write_json(ready)));
  return ready;
}

/// What venv/ holds, after installing it unless that was done before.
Result<Json> ready(const Set& set, const std::string& packages) {
  if (const auto text = set.folder->read("ready")) {
    TRY(Json known, parse_json(*text, "ready", kTrusted));
    if (text_of(known, "packages") == packages) return known;
  }
  return install(set, packages);
}

Result<Environment> make(const Set& set, const std::string& pyproject) {
  TRY(std::string text, lock_of(set, pyproject));
  TRY(const Json known, ready(set, digest_of_packages(text)));
  Environment environment{.python = set.path + "/venv/bin/python",
                          .folder = set.path + "/venv",
                          .base = set.base,
                          .lock = std::move(text)};
  for (const Json& one : known.at("installed").as_array())
    environment.installed.emplace_back(one.as_string());
  return environment;
}

}  // namespace

Result<Environment> environment_for(const PythonHome& home, const std::string& pyproject,
                                    const Say& say, std::stop_token stop) {
  TRY(const Json identity, ask(home, "identify.py", {}, pyproject, stop));
  if (const auto error = text_of(identity, "error"); !error.empty())
    return Failure(Fault::invalid_input, "form.pyproject", "pyproject.toml cannot be read",
                   std::string(error));
  const Json key(JsonArray{identity.at("requirements"), home.python, kUvVersion});
  const std::string place = "environments/" + sha256(canonical_json(key)).substr(0, 32);
  TRY(const auto cache, create_disk(home.cache, true));
  TRY(cache->make_folder(place));
  Set set{.home = home, .say = say, .stop = stop, .path = fmt::format("{}/{}", home.cache, place)};
  TRY(set.folder, cache->open(place));
  set.has_dev = identity.at("dev").as_bool();
  set.base = text_of(identity, "base");
  TRY(const FileLock lock, wait_for_lock(set.path + "/lock", say, stop));
  return make(set, pyproject);
}

}  // namespace crafter
