#include "engine/absent.h"

#include "base/text.h"

namespace crafter {

Failure no_build(const std::string& id) {
  return {Fault::not_found, "build.unknown", "there is no build " + id,
          "`mcp-crafter status` lists the latest"};
}

Failure no_server(const std::string& name, const std::vector<std::string>& names) {
  const auto meant = nearest(name, names);
  return {Fault::not_found, "server.unknown", "there is no server called " + name,
          meant ? "did you mean " + *meant : "there is: " + enumerate(names)};
}

}  // namespace crafter
