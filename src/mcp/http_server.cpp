// One thread, one poller, all connections.

#include "mcp/http_server.h"

#include <fmt/core.h>

#include <algorithm>
#include <unordered_map>

#include "mcp/engine.h"
#include "mcp/http_link.h"

namespace crafter::mcp {
namespace {

constexpr std::uint64_t kListener = 0;
constexpr std::chrono::milliseconds kTick(1000);
constexpr std::chrono::milliseconds kDrainTick(50);

class HttpLoop final : public HttpServer {
 public:
  HttpLoop(Server& server, HttpOptions options, TcpListener listener, Poller poller)
      : options_(std::move(options)),
        endpoint_(server.engine(), options_),
        listener_(std::move(listener)),
        poller_(std::move(poller)),
        mailbox_(std::make_shared<Mailbox>([this] { poller_.wake(); })) {}
  ~HttpLoop() override { mailbox_->close(); }

  Result<> begin() { return poller_.add(listener_.fd(), kListener, Interest::read); }
  [[nodiscard]] int port() const override { return listener_.port(); }
  Result<> run(const std::stop_token& stop) override;

 private:
  void turn(std::chrono::milliseconds limit);
  void accept();
  void listen(bool is_wanted);
  void see(const Readiness& ready);
  void serve(HttpLink& link);
  void deliver();
  void settle(HttpLink& link);
  void tick();
  void drain();

  const HttpOptions options_;
  HttpEndpoint endpoint_;
  TcpListener listener_;
  Poller poller_;
  const std::shared_ptr<Mailbox> mailbox_;
  std::vector<Posting> postings_;  // being delivered
  std::unordered_map<std::uint64_t, std::unique_ptr<HttpLink>> links_;
  std::uint64_t last_link_ = kListener;
  bool is_listening_ = true;
  bool is_any_over_ = false;
  Deadline next_tick_ = deadline_in(kTick);
};

Result<> HttpLoop::run(const std::stop_token& stop) {
  mailbox_->belongs_here();
  const std::stop_callback wake(stop, [this] { poller_.wake(); });
  while (!stop.stop_requested()) turn(kTick);
  drain();
  return {};
}

void HttpLoop::turn(std::chrono::milliseconds limit) {
  for (const Readiness& ready : poller_.wait(limit)) see(ready);
  deliver();
  tick();
}

void HttpLoop::listen(bool is_wanted) {
  if (is_wanted == is_listening_ || !listener_.fd()) return;
  is_listening_ = is_wanted;
  poller_.change(listener_.fd(), kListener, is_wanted ? Interest::read : Interest::nothing);
}

/// Clients beyond the limit wait in the backlog.
void HttpLoop::accept() {
  while (links_.size() < options_.connections) {
    auto socket = listener_.accept();
    if (!socket) {
      if (listener_.is_exhausted()) listen(false);
      return;
    }
    const std::uint64_t id = ++last_link_;
    auto link = std::make_unique<HttpLink>(*std::move(socket), id, options_);
    if (poller_.add(link->socket(), id, Interest::read)) links_.emplace(id, std::move(link));
  }
  listen(false);
}

void HttpLoop::see(const Readiness& ready) {
  if (ready.key == kListener) return accept();
  const auto found = links_.find(ready.key);
  if (found == links_.end()) return;
  HttpLink& link = *found->second;
  if (ready.can_read && link.interest() != Interest::nothing) {
    link.receive();
    serve(link);
  } else if (ready.is_gone) {
    link.give_up();
  }
  settle(link);
}

void HttpLoop::serve(HttpLink& link) {
  while (link.advance(endpoint_, mailbox_)) continue;
}

/// What was answered meanwhile; a connection that is free again goes on with what waits there.
void HttpLoop::deliver() {
  for (;;) {
    postings_.clear();
    mailbox_->take(postings_);
    if (postings_.empty()) return;
    for (Posting& posting : postings_) {
      const auto found = links_.find(posting.link);
      if (found == links_.end()) continue;
      HttpLink& link = *found->second;
      link.deliver(posting);
      serve(link);
      settle(link);
    }
  }
}

/// Sends, and tells the poller what to look for. Frees nothing: others may hold references.
void HttpLoop::settle(HttpLink& link) {
  if (!link.is_over()) link.flush();
  if (link.is_over()) {
    is_any_over_ = true;
    return;
  }
  const Interest interest = link.interest();
  if (interest == link.registered) return;
  link.registered = interest;
  poller_.change(link.socket(), link.id(), interest);
}

void HttpLoop::tick() {
  if (std::exchange(is_any_over_, false))
    std::erase_if(links_, [](const auto& one) { return one.second->is_over(); });
  if (links_.size() < options_.connections && !listener_.is_exhausted()) listen(true);
  const auto now = Deadline::clock::now();
  if (now < next_tick_) return;
  next_tick_ = now + kTick;
  endpoint_.sessions().sweep();
  listen(true);
  for (const auto& [id, link] : links_) {
    link->tick(now);
    settle(*link);
  }
}

void HttpLoop::drain() {
  listener_.close();
  for (const auto& [id, link] : links_) link->wind_up();
  endpoint_.sessions().end_streams();
  const Deadline end = deadline_in(options_.drain_time);
  const auto is_busy = [](const auto& one) {
    return !one.second->is_over() && one.second->is_busy();
  };
  do turn(kDrainTick);
  while (std::ranges::any_of(links_, is_busy) && Deadline::clock::now() < end);
  for (const auto& [id, link] : links_) link->give_up();
  endpoint_.sessions().close_all();
  mailbox_->close();
  links_.clear();
}

Result<> check(const HttpOptions& options) {
  const bool is_local = options.address == "127.0.0.1" || options.address == "::1";
  if (is_local || (options.authenticate && !options.hosts.empty())) return {};
  return Failure(Fault::invalid_input, "mcp.exposed",
                 fmt::format("{} can be reached from other machines", options.address),
                 "that needs callers who say who they are, and a list of allowed hosts");
}

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::open(Server& server, HttpOptions options) {
  TRY(check(options));
  TRY(TcpListener listener, TcpListener::open(options.address, options.port));
  TRY(Poller poller, Poller::open());
  auto loop = std::make_unique<HttpLoop>(server, std::move(options), std::move(listener),
                                         std::move(poller));
  TRY(loop->begin());
  return std::unique_ptr<HttpServer>(std::move(loop));
}

}  // namespace crafter::mcp
