#include "serve/visitor.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "engine/absent.h"

namespace crafter {

Visitor::Visitor(Desk& desk, const std::string& principal)
    : desk_(desk), principal_(principal.empty() ? std::string(kOwner) : principal) {}

bool Visitor::may_see(const std::string& owner) const {
  return principal_ == kOwner || principal_ == owner;
}

std::string Visitor::path_of(const std::string& name) const {
  return fmt::format("{}/{}", desk_.crafter().workspace().value_or(""), name);
}

Result<Build> Visitor::status(const std::string& build_id) const {
  TRY(Build build, desk_.crafter().status(build_id));
  if (may_see(build.asker.principal)) return build;
  return no_build(build_id);
}

Result<std::vector<Event>> Visitor::events(const std::string& build_id) const {
  TRY(status(build_id));
  return desk_.crafter().events(0, build_id);
}

Result<Build> Visitor::follow(const std::string& build_id,
                              const std::function<void(const Event&)>& hear,
                              const std::stop_token& stop) const {
  TRY(status(build_id));
  return desk_.follow(build_id, hear, stop);
}

Result<std::vector<Server>> Visitor::list() const {
  TRY(auto servers, desk_.crafter().list());
  std::erase_if(servers, [&](const Server& server) { return !may_see(server.principal); });
  return servers;
}

/// In the words of the engine, which would name the neighbours.
Result<> Visitor::check_server(const std::string& name) const {
  TRY(const auto servers, list());
  std::vector<std::string> names;
  for (const Server& server : servers) names.push_back(server.name);
  if (std::ranges::find(names, name) != names.end()) return {};
  return no_server(name, names);
}

Result<ServerDetails> Visitor::info(const std::string& name) const {
  TRY(check_server(name));
  return desk_.crafter().info(name);
}

Result<std::vector<Leftover>> Visitor::leftovers(const std::string& name) const {
  TRY(check_server(name));
  return desk_.crafter().leftovers(name);
}

Result<Ticket> Visitor::submit(const FormSource& source, const Asker& asker) const {
  return desk_.submit(source, asker);
}

Result<Ticket> Visitor::submit_update(UpdateWish wish, const Asker& asker) const {
  TRY(check_server(wish.name));
  return desk_.submit_update(std::move(wish), asker);
}

Result<Build> Visitor::remove(const std::string& name) const {
  TRY(check_server(name));
  Asker asker;
  asker.principal = principal_;
  TRY(const std::string id, desk_.crafter().remove(name, /*force=*/true, asker));
  return status(id);
}

}  // namespace crafter
