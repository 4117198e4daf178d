// From whoever answers to the thread that owns the connections.

#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "mcp/request.h"

namespace crafter::mcp {

/// Something to be sent. `exchange` is the request it belongs to, counted on its
/// connection.
struct Posting {
  std::uint64_t link = 0;
  std::uint64_t exchange = 0;
  std::string message;
  int code = 0;  ///< of an error, if it is the last
  bool is_last = false;
};

/// Any thread posts, one takes. Wakes that one, unless it is the one that posts.
class Mailbox {
 public:
  explicit Mailbox(std::function<void()> wake) : wake_(std::move(wake)) {}

  void post(Posting posting);
  /// Swaps with `postings`, which is empty.
  void take(std::vector<Posting>& postings);
  /// The thread that takes is this one.
  void belongs_here();
  /// Nobody takes any more.
  void close();

 private:
  std::mutex mutex_;
  std::function<void()> wake_;
  std::thread::id owner_;
  std::vector<Posting> postings_;
};

/// Of one exchange on one connection.
class HttpOutlet final : public Outlet {
 public:
  HttpOutlet(std::shared_ptr<Mailbox> mailbox, std::uint64_t link, std::uint64_t exchange)
      : mailbox_(std::move(mailbox)), link_(link), exchange_(exchange) {}

  void send(std::string message) override {
    mailbox_->post({link_, exchange_, std::move(message)});
  }
  void finish(std::string message, int code) override {
    mailbox_->post({link_, exchange_, std::move(message), code, true});
  }

 private:
  const std::shared_ptr<Mailbox> mailbox_;
  const std::uint64_t link_;
  const std::uint64_t exchange_;
};

}  // namespace crafter::mcp
