// The interpreter and the cache of the tests, kept between runs as a user's own would be.

#pragma once

#include <cstdlib>
#include <string>

#include "python/environment.h"
#include "python/worker.h"

namespace crafter {

/// CRAFTER_TEST_CACHE says where the cache is, else it is in the checkout; each `name` has its own.
inline PythonHome test_home(const std::string& name = {}) {
  const char* cache = std::getenv("CRAFTER_TEST_CACHE");
  std::string folder = CRAFTER_SOURCE_DIR "/build/test-cache/cpp";
  if (cache != nullptr) folder = cache;
  PythonHome home{.python = *find_python(std::getenv("PATH")), .cache = folder + name};
  for (const char* variable :
       {"HTTPS_PROXY", "https_proxy", "SSL_CERT_FILE", "UV_DEFAULT_INDEX", "PIP_INDEX_URL"})
    if (const char* value = std::getenv(variable); value != nullptr)
      home.passed.push_back(std::string(variable) + "=" + value);
  return home;
}

/// Whether it failed because there is no network here: then a test of packages cannot be made.
inline bool is_offline(const Failure& failure) {
  return failure.diagnostics().front().code == "python.network";
}

}  // namespace crafter
