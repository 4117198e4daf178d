// The yardstick of HTTP: epoll, one thread, the head is searched for its end and its length, and
// every request gets the same answer: bench_bare_http BYTES, of which the body has so many. Prints
// its port.

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

namespace {

struct Client {
  std::string in;
  std::string out;
};

std::string fixed_answer(std::size_t size) {
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(size) + "\r\n\r\n" + std::string(size, 'x');
}

/// Bytes of the first request in `in`, 0 while it is not whole.
std::size_t request_size(const std::string& in) {
  constexpr std::string_view kLength = "Content-Length: ";
  const std::size_t end = in.find("\r\n\r\n");
  if (end == in.npos) return 0;
  const std::size_t at = in.find(kLength);
  const std::size_t body =
      at < end ? std::strtoul(in.c_str() + at + kLength.size(), nullptr, 10) : 0;
  return in.size() >= end + 4 + body ? end + 4 + body : 0;
}

/// False when the client is gone.
bool serve(int socket, Client& client, const std::string& answer) {
  char block[64 << 10];
  const ssize_t count = ::recv(socket, block, sizeof block, 0);
  if (count <= 0) return false;
  client.in.append(block, static_cast<std::size_t>(count));
  while (const std::size_t size = request_size(client.in)) {
    client.in.erase(0, size);
    client.out += answer;
  }
  const ssize_t sent = ::send(socket, client.out.data(), client.out.size(), MSG_NOSIGNAL);
  if (sent < 0) return false;
  client.out.erase(0, static_cast<std::size_t>(sent));
  return true;
}

void watch(int poller, int socket) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = socket;
  ::epoll_ctl(poller, EPOLL_CTL_ADD, socket, &event);
}

/// On any port of the loopback.
int listening_socket() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const name = reinterpret_cast<sockaddr*>(&address);
  if (::bind(socket, name, size) != 0 || ::listen(socket, 128) != 0) std::exit(1);
  ::getsockname(socket, name, &size);
  std::printf("%d\n", ::ntohs(address.sin_port));
  std::fflush(stdout);
  return socket;
}

}  // namespace

int main(int count, char** words) {
  const std::string answer = fixed_answer(count > 1 ? std::strtoul(words[1], nullptr, 10) : 0);
  const int listener = listening_socket();
  const int poller = ::epoll_create1(0);
  watch(poller, listener);
  std::map<int, Client> clients;
  for (;;) {
    epoll_event ready[64];
    const int found = ::epoll_wait(poller, ready, 64, -1);
    for (int at = 0; at < found; ++at) {
      const int socket = ready[at].data.fd;
      if (socket == listener) {
        const int accepted = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK);
        const int on = 1;
        ::setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        watch(poller, accepted);
      } else if (!serve(socket, clients[socket], answer)) {
        clients.erase(socket);
        ::close(socket);
      }
    }
  }
}
