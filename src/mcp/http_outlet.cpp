// From whoever answers to the thread that owns the connections.

#include "mcp/http_outlet.h"

#include <utility>

namespace crafter::mcp {

void Mailbox::post(Posting posting) {
  const std::lock_guard lock(mutex_);
  if (!wake_) return;
  postings_.push_back(std::move(posting));
  if (postings_.size() == 1 && std::this_thread::get_id() != owner_) wake_();
}

void Mailbox::belongs_here() {
  const std::lock_guard lock(mutex_);
  owner_ = std::this_thread::get_id();
}

void Mailbox::take(std::vector<Posting>& postings) {
  const std::lock_guard lock(mutex_);
  postings_.swap(postings);
}

void Mailbox::close() {
  const std::lock_guard lock(mutex_);
  wake_ = nullptr;
  postings_.clear();
}

}  // namespace crafter::mcp
