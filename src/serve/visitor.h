// The desk as one caller sees it: builds and servers of others are not there.

#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "serve/desk.h"

namespace crafter {

/// Everything that a tool or a resource does goes through here. The workspace's owner ("owner", or
/// no name at all: stdio) sees everything. What belongs to somebody else is not_found, in the same
/// words as what does not exist. Borrows the desk.
class Visitor {
 public:
  Visitor(Desk& desk, const std::string& principal);

  [[nodiscard]] const std::string& principal() const { return principal_; }
  /// Where a server is, or will be.
  [[nodiscard]] std::string path_of(const std::string& name) const;

  Result<Build> status(const std::string& build_id) const;
  Result<std::vector<Event>> events(const std::string& build_id) const;
  Result<Build> follow(const std::string& build_id, const std::function<void(const Event&)>& hear,
                       const std::stop_token& stop) const;
  Result<std::vector<Server>> list() const;
  Result<ServerDetails> info(const std::string& name) const;
  Result<std::vector<Leftover>> leftovers(const std::string& name) const;

  Result<Ticket> submit(const FormSource& source, const Asker& asker) const;
  Result<Ticket> submit_update(UpdateWish wish, const Asker& asker) const;
  /// The build that deleted it, edited files and all.
  Result<Build> remove(const std::string& name) const;

 private:
  [[nodiscard]] bool may_see(const std::string& owner) const;
  Result<> check_server(const std::string& name) const;

  Desk& desk_;
  std::string principal_;
};

}  // namespace crafter
