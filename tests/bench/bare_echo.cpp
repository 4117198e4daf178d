// The yardstick of stdio: a line in, the same line out, nothing else.

#include <unistd.h>

#include <cstddef>
#include <cstring>

namespace {

bool write_all(const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t count = ::write(STDOUT_FILENO, data, size);
    if (count <= 0) return false;
    data += count;
    size -= static_cast<std::size_t>(count);
  }
  return true;
}

}  // namespace

int main() {
  static char buffer[64 << 10];
  std::size_t held = 0;
  for (;;) {
    const ssize_t count = ::read(STDIN_FILENO, buffer + held, sizeof buffer - held);
    if (count <= 0) return 0;
    const std::size_t end = held + static_cast<std::size_t>(count);
    const void* last = ::memrchr(buffer + held, '\n', static_cast<std::size_t>(count));
    held = end;
    if (last == nullptr) continue;
    const auto whole = static_cast<std::size_t>(static_cast<const char*>(last) - buffer) + 1;
    if (!write_all(buffer, whole)) return 1;
    std::memmove(buffer, buffer + whole, end - whole);
    held = end - whole;
  }
}
