// The interpreter and the cache of the tests, kept between runs as a user's own would be.

#pragma once

#include <cstdlib>
#include <string>

#include "python/environment.h"
#include "python/worker.h"

namespace crafter {

/// CRAFTER_TEST_CACHE says where the cache is; each `name` has one of its own.
inline PythonHome test_home(const std::string& name = {}) {
  const char* cache = std::getenv("CRAFTER_TEST_CACHE");
  PythonHome home{.python = *find_python(std::getenv("PATH")),
                  .cache = std::string(cache == nullptr ? "/tmp/mcp-crafter-test" : cache) + name};
  for (const char* variable :
       {"HTTPS_PROXY", "https_proxy", "SSL_CERT_FILE", "UV_DEFAULT_INDEX", "PIP_INDEX_URL"})
    if (const char* value = std::getenv(variable); value != nullptr)
      home.passed.push_back(std::string(variable) + "=" + value);
  return home;
}

}  // namespace crafter
