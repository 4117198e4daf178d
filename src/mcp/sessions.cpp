// The sessions of all clients of the older revisions over HTTP.

#include "mcp/sessions.h"

#include "base/digest.h"
#include "mcp/engine.h"
#include "os/random.h"

namespace crafter::mcp {

Sessions::Opened Sessions::open(const std::string& principal) {
  sweep();
  if (by_id_.size() >= most_) return {};
  std::string id = sha256(random_bytes(32));
  auto session = std::make_shared<Session>(engine_, principal);
  engine_.hub().add(session);
  by_id_.emplace(id, Kept{session, deadline_in(life_)});
  return {std::move(id), std::move(session)};
}

std::shared_ptr<Session> Sessions::find(std::string_view id, std::string_view principal) {
  const auto found = by_id_.find(id);
  if (found == by_id_.end() || found->second.session->principal() != principal) return nullptr;
  found->second.end = deadline_in(life_);
  return found->second.session;
}

void Sessions::close(std::string_view id) {
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return;
  const auto session = found->second.session;
  by_id_.erase(found);
  session->close();
}

void Sessions::sweep() {
  const auto now = Deadline::clock::now();
  std::erase_if(by_id_, [&](const auto& one) {
    if (one.second.end > now) return false;
    one.second.session->close();
    return true;
  });
}

void Sessions::end_streams() {
  for (const auto& [id, kept] : by_id_) kept.session->stream(nullptr);
}

void Sessions::close_all() {
  for (const auto& [id, kept] : by_id_) kept.session->close();
  by_id_.clear();
}

}  // namespace crafter::mcp
