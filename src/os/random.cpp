// Unpredictable bytes, by getrandom(2).

#include "os/random.h"

#include <sys/random.h>

#include "base/assert.h"
#include "os/fd.h"

namespace crafter {

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  for (std::size_t done = 0; done < count;) {
    const auto got = retry([&] { return ::getrandom(bytes.data() + done, count - done, 0); });
    CRAFTER_ASSERT(got > 0);
    done += static_cast<std::size_t>(got);
  }
  return bytes;
}

}  // namespace crafter
