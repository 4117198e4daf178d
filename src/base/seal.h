// Texts that others keep for us and can neither read nor change.

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace crafter {

inline constexpr std::size_t kSealKey = 32;
inline constexpr std::size_t kSealNonce = 12;

/// AES-256-GCM (NIST SP 800-38D): the nonce, what was encrypted, the tag. `context` is
/// authenticated too, and must be the same on opening. A nonce is random and never used twice with
/// one key.
std::string seal(std::string_view key, std::string_view nonce, std::string_view text,
                 std::string_view context);

/// The text; nothing when it was not sealed with this key and context.
std::optional<std::string> unseal(std::string_view key, std::string_view sealed,
                                  std::string_view context);

/// Whether two texts are equal, in a time that does not tell where they differ.
bool equal_secret(std::string_view one, std::string_view two);

}  // namespace crafter
