#include "engine/doctor.h"

#include <string>
#include <utility>

#include "os/disk.h"
#include "os/sandbox.h"
#include "python/environment.h"
#include "python/worker.h"

namespace crafter {
namespace {

Ailment ailment(std::string name, bool needed, const Failure& failure) {
  const Diagnostic& first = failure.diagnostics().front();
  return {std::move(name), false, needed, first.message, first.hint};
}

Ailment python_of(const Surroundings& surroundings) {
  auto python = find_python(surroundings.path);
  if (!python) return ailment("python", true, python.failure());
  return {"python", true, true, *python, ""};
}

Ailment sandbox() {
  if (auto works = sandbox_works(); !works) return ailment("sandbox", true, works.failure());
  return {"sandbox", true, true, "bubblewrap works", ""};
}

Ailment git_of(const Surroundings& surroundings) {
  auto outcome = run({.words = {"git", "--version"}, .environment = {{"PATH", surroundings.path}}});
  if (!outcome) return {"git", false, false, "git is not installed", "apt-get install git"};
  return {"git", true, false, outcome->output.substr(0, outcome->output.find('\n')), ""};
}

Ailment cache_of(const Surroundings& surroundings) {
  if (auto known = check_cache(surroundings); !known)
    return ailment("cache", true, known.failure());
  auto cache = create_disk(surroundings.cache);
  if (!cache) return ailment("cache", true, cache.failure());
  return {"cache", true, true, surroundings.cache, ""};
}

Ailment uv_of(const Surroundings& surroundings) {
  auto there = open_disk(surroundings.cache + "/uv");
  if (!there)
    return {"uv", false, false, "not downloaded yet",
            "the first full proof fetches the pinned one"};
  return {"uv", true, false, "in the cache", ""};
}

}  // namespace

Result<> check_cache(const Surroundings& surroundings) {
  if (!surroundings.cache.empty()) return {};
  return Failure(Fault::unavailable, "environment.no_cache",
                 "there is no folder for installed packages: neither XDG_CACHE_HOME nor HOME is an "
                 "absolute path",
                 "set XDG_CACHE_HOME");
}

std::vector<Ailment> examine(const Surroundings& surroundings) {
  return {python_of(surroundings), sandbox(), cache_of(surroundings), uv_of(surroundings),
          git_of(surroundings)};
}

}  // namespace crafter
