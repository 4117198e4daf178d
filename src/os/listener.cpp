// A TCP port that clients connect to, and the sockets they bring.

#include "os/listener.h"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "os/fault.h"

namespace crafter {
namespace {

constexpr int kBacklog = 1024;

struct Address {
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_storage);

  sockaddr* generic() { return reinterpret_cast<sockaddr*>(&storage); }
};

std::optional<Address> parse_address(const std::string& text, int port) {
  Address address;
  auto* four = reinterpret_cast<sockaddr_in*>(&address.storage);
  auto* six = reinterpret_cast<sockaddr_in6*>(&address.storage);
  if (::inet_pton(AF_INET, text.c_str(), &four->sin_addr) == 1) {
    four->sin_family = AF_INET;
    four->sin_port = htons(static_cast<std::uint16_t>(port));
    address.size = sizeof(sockaddr_in);
    return address;
  }
  if (::inet_pton(AF_INET6, text.c_str(), &six->sin6_addr) != 1) return std::nullopt;
  six->sin6_family = AF_INET6;
  six->sin6_port = htons(static_cast<std::uint16_t>(port));
  address.size = sizeof(sockaddr_in6);
  return address;
}

int port_of(const Fd& socket) {
  Address address;
  if (::getsockname(socket.number(), address.generic(), &address.size) != 0) return 0;
  return ntohs(address.storage.ss_family == AF_INET6
                   ? reinterpret_cast<sockaddr_in6*>(&address.storage)->sin6_port
                   : reinterpret_cast<sockaddr_in*>(&address.storage)->sin_port);
}

void turn_on(const Fd& socket, int level, int option) {
  const int on = 1;
  ::setsockopt(socket.number(), level, option, &on, sizeof(on));
}

Transfer transfer(ssize_t count, bool is_end) {
  if (count > 0) return {static_cast<std::size_t>(count), false};
  const bool is_later = count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
  return {0, !is_later && (count < 0 || is_end)};
}

}  // namespace

Result<TcpListener> TcpListener::open(const std::string& address, int port) {
  const std::string subject = fmt::format("port {} of {}", port, address);
  auto parsed = parse_address(address, port);
  if (!parsed)
    return Failure(Fault::invalid_input, "os.address", fmt::format("{} is no IP address", address));
  const int kind = SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK;
  Fd socket(::socket(parsed->storage.ss_family, kind, 0));
  if (!socket) return system_failure(errno, "listen on", subject);
  turn_on(socket, SOL_SOCKET, SO_REUSEADDR);
  if (::bind(socket.number(), parsed->generic(), parsed->size) != 0 ||
      ::listen(socket.number(), kBacklog) != 0)
    return system_failure(errno, "listen on", subject);
  const int actual = port_of(socket);
  return TcpListener(std::move(socket), actual);
}

std::optional<Fd> TcpListener::accept() {
  Fd client(retry(
      [&] { return ::accept4(socket_.number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK); }));
  is_exhausted_ = !client && errno != EAGAIN && errno != ECONNABORTED;
  if (!client) return std::nullopt;
  turn_on(client, IPPROTO_TCP, TCP_NODELAY);
  return client;
}

Transfer receive_some(const Fd& socket, char* bytes, std::size_t size) {
  return transfer(retry([&] { return ::recv(socket.number(), bytes, size, 0); }), true);
}

Transfer send_some(const Fd& socket, std::string_view bytes) {
  return transfer(
      retry([&] { return ::send(socket.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL); }),
      false);
}

void end_sending(const Fd& socket) { ::shutdown(socket.number(), SHUT_WR); }

}  // namespace crafter
