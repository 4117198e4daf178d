// Unpredictable bytes.

#pragma once

#include <cstddef>
#include <string>

namespace crafter {

/// From the kernel's generator: good for keys.
std::string random_bytes(std::size_t count);

}  // namespace crafter
