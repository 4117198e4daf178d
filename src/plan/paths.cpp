// Checks paths one by one and against one another.

#include "plan/paths.h"

#include <fmt/core.h>

#include "base/text.h"

namespace crafter {
namespace {

constexpr std::size_t kLongestPath = 240;  // below 260, with room for a short folder

std::string fault_of_name(const std::string& name) {
  if (name.empty()) return "a name in it is empty";
  if (name == "." || name == "..") return "it leads elsewhere";
  if (name.ends_with('.') || name.ends_with(' ') || name.starts_with(' '))
    return "a name in it has a dot or space at its end";
  return {};
}

}  // namespace

std::string fault_of_path(std::string_view path) {
  if (path.size() > kLongestPath) return "it is too long";
  if (find_invalid_utf8(path) || find_forbidden(path)) return "it has characters nobody sees";
  if (path.find_first_of("\\:\t\n") != path.npos) return "it has a backslash, colon or line end";
  for (const std::string& name : split(path, '/'))
    if (std::string fault = fault_of_name(name); !fault.empty()) return fault;
  return {};
}

void Paths::add(const std::string& path, const std::string& part) {
  for (std::size_t at = path.find('/'); at != path.npos; at = path.find('/', at + 1))
    take(path.substr(0, at), part, true);
  take(path, part, false);
}

void Paths::take(const std::string& path, const std::string& part, bool is_folder) {
  const auto [place, is_new] = places_.try_emplace(lower(path), Place{path, part, is_folder});
  const Place& first = place->second;
  if (is_new || (is_folder && first.is_folder && first.path == path)) return;
  const std::string both =
      first.path == path
          ? fmt::format("{} {}", first.is_folder != is_folder ? "a file and a folder" : "the file",
                        quote(path))
          : fmt::format("{} and {}", quote(first.path), quote(path));
  const std::string makers =
      first.part == part ? fmt::format("the part {} would", quote(part))
                         : fmt::format("the parts {} and {} both", quote(first.part), quote(part));
  clashes_.push_back({.code = "plan.same_path",
                      .file = path,
                      .message = fmt::format("{} make {}", makers, both),
                      .hint = "let one of the two go"});
}

Result<> Paths::check() const {
  if (!clashes_.empty()) return Failure(Fault::conflict, clashes_);
  return {};
}

}  // namespace crafter
