// Revisions 2024-11-05 to 2025-11-25, as far as requests look alike there.

#include <algorithm>
#include <array>

#include "mcp/dialect.h"
#include "mcp/sieve.h"

namespace crafter::mcp {
namespace {

/// Those that the core serves; a Session knows the others.
constexpr std::array<std::string_view, 8> kMethods{
    "tools/list",     "tools/call",   "resources/list", "resources/templates/list",
    "resources/read", "prompts/list", "prompts/get",    "completion/complete"};

class LegacyWire final : public Dialect {
 public:
  [[nodiscard]] bool knows(std::string_view method) const override {
    return std::ranges::find(kMethods, method) != kMethods.end();
  }
  [[nodiscard]] bool has_tasks() const override { return false; }
  [[nodiscard]] const JsonObject& capabilities(const Request& request) const override {
    return request.capabilities;
  }
  [[nodiscard]] std::string write(const Request& request, const Json&, std::string_view,
                                  JsonObject& result) const override {
    sieve(request.version, request.method, result);
    return write_result(request.id, result);
  }
  [[nodiscard]] RpcError translate(RpcError error) const override {
    if (error.code <= kHeaderMismatch && error.code >= kUnsupportedVersion)
      error.code = kInvalidRequest;  // codes of 2026-07-28
    return error;
  }
};

}  // namespace

bool is_legacy_version(std::string_view version) {
  return std::ranges::find(kLegacyVersions, version) != std::end(kLegacyVersions);
}

const Dialect& legacy_dialect() {
  static const LegacyWire legacy;
  return legacy;
}

}  // namespace crafter::mcp
