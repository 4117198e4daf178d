// Waits for many descriptors at once, by epoll(7).

#include "os/poller.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <array>

#include "os/fault.h"

namespace crafter {
namespace {

constexpr std::uint64_t kWakeUp = UINT64_MAX;

epoll_event event_of(std::uint64_t key, Interest interest) {
  epoll_event event{};
  event.data.u64 = key;
  event.events = EPOLLRDHUP;
  if (interest == Interest::read || interest == Interest::both) event.events |= EPOLLIN;
  if (interest == Interest::write || interest == Interest::both) event.events |= EPOLLOUT;
  return event;
}

}  // namespace

Result<Poller> Poller::open() {
  Fd epoll(::epoll_create1(EPOLL_CLOEXEC));
  Fd event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!epoll || !event) return system_failure(errno, "make", "a poller");
  Poller poller(std::move(epoll), std::move(event));
  TRY(poller.add(poller.event_, kWakeUp, Interest::read));
  return poller;
}

Result<> Poller::add(const Fd& fd, std::uint64_t key, Interest interest) {
  epoll_event event = event_of(key, interest);
  if (::epoll_ctl(epoll_.number(), EPOLL_CTL_ADD, fd.number(), &event) == 0) return {};
  return system_failure(errno, "watch", "a connection");
}

void Poller::change(const Fd& fd, std::uint64_t key, Interest interest) {
  epoll_event event = event_of(key, interest);
  ::epoll_ctl(epoll_.number(), EPOLL_CTL_MOD, fd.number(), &event);
}

std::span<const Readiness> Poller::wait(std::chrono::milliseconds limit) {
  std::array<epoll_event, 256> events;
  const int count = ::epoll_wait(epoll_.number(), events.data(), static_cast<int>(events.size()),
                                 static_cast<int>(limit.count()));
  ready_.clear();
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    if (event.data.u64 == kWakeUp) {
      eventfd_t value = 0;
      ::eventfd_read(event_.number(), &value);
      continue;
    }
    ready_.push_back({.key = event.data.u64,
                      .can_read = (event.events & EPOLLIN) != 0,
                      .can_write = (event.events & EPOLLOUT) != 0,
                      .is_gone = (event.events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0});
  }
  return ready_;
}

void Poller::wake() const { ::eventfd_write(event_.number(), 1); }

}  // namespace crafter
