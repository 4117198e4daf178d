#include "os/program.h"

#include <unistd.h>

#include <array>
#include <climits>

namespace crafter {

Result<std::string> program_path() {
  std::array<char, PATH_MAX> buffer{};
  const ssize_t count = ::readlink("/proc/self/exe", buffer.data(), buffer.size());
  if (count > 0) return std::string(buffer.data(), static_cast<std::size_t>(count));
  return Failure(Fault::unavailable, "os.kernel", "/proc does not tell where this program lies");
}

}  // namespace crafter
