// Paths inside a Directory: relative, plain, with no way up.

#include "os/path.h"

#include <fmt/core.h>

namespace crafter {
namespace {

bool is_plain(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && name.find('\0') == name.npos;
}

}  // namespace

Result<> check_path(std::string_view path) {
  for (std::string_view rest = path;;) {
    const std::size_t slash = rest.find('/');
    if (!is_plain(rest.substr(0, slash)))
      return Failure(Fault::internal, "os.path",
                     fmt::format("\"{}\" is no path inside a folder", path));
    if (slash == rest.npos) return {};
    rest.remove_prefix(slash + 1);
  }
}

std::pair<std::string, std::string> split_path(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash == path.npos) return {"", std::string(path)};
  return {std::string(path.substr(0, slash)), std::string(path.substr(slash + 1))};
}

std::string join_path(std::string_view folder, std::string_view name) {
  return folder.empty() ? std::string(name) : fmt::format("{}/{}", folder, name);
}

bool is_below(std::string_view path, std::string_view folder) {
  if (folder.empty()) return !path.empty();
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

}  // namespace crafter
