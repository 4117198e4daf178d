// One era of the protocol as a server speaks it: nobody else asks for versions.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "mcp/request.h"

namespace crafter::mcp {

class Dialect {
 public:
  virtual ~Dialect() = default;

  [[nodiscard]] virtual bool knows(std::string_view method) const = 0;
  /// Whether the tasks extension can be spoken.
  [[nodiscard]] virtual bool has_tasks() const = 0;
  /// What the client declared that it can do.
  [[nodiscard]] virtual const JsonObject& capabilities(const Request& request) const = 0;
  /// The response that carries a result of the core, which speaks 2026-07-28, and may be changed;
  /// `self` introduces the server, `self_text` does as JSON.
  [[nodiscard]] virtual std::string write(const Request& request, const Json& self,
                                          std::string_view self_text, JsonObject& result) const = 0;
  /// An error of the core in the codes of the era.
  [[nodiscard]] virtual RpcError translate(RpcError error) const = 0;
};

inline constexpr std::string_view kModernVersion = "2026-07-28";
/// Newest first.
inline constexpr std::string_view kLegacyVersions[] = {"2025-11-25", "2025-06-18", "2025-03-26",
                                                       "2024-11-05"};

bool is_legacy_version(std::string_view version);

/// modern_dialect.cpp and legacy_dialect.cpp. Static.
const Dialect& modern_dialect();
const Dialect& legacy_dialect();

/// What the _meta of a message says; nullptr: nothing. Points into the parameters, wherever they
/// are moved.
struct Envelope {
  const Json* version = nullptr;
  const Json* capabilities = nullptr;
  const Json* log_level = nullptr;
  const Json* progress_token = nullptr;

  /// Whether it is that of 2026-07-28.
  [[nodiscard]] bool is_modern() const { return version != nullptr; }
};
Envelope envelope_of(const JsonObject& params);

/// A request out of its envelope, or why that is none: missing members, an unsupported version.
/// What transports check (headers) comes before the version: `check_envelope`, then
/// `check_version`.
std::optional<RpcError> check_envelope(const Envelope& envelope);
std::optional<RpcError> check_version(const Envelope& envelope);
Request modern_request(Incoming incoming, const Envelope& envelope, std::string principal);

}  // namespace crafter::mcp
