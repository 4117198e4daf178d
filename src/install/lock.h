// .crafter/lock.json: what we wrote, and from which parts; and the pack of pristine copies.

#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "os/directory.h"
#include "render/render.h"

namespace crafter {

inline constexpr std::string_view kLockPath = ".crafter/lock.json";
inline constexpr std::string_view kPackPath = ".crafter/pristine.pack";
inline constexpr std::string_view kProofPath = ".crafter/proof.json";
inline constexpr std::string_view kEnvPath = ".env";

/// One file we wrote.
struct Locked {
  std::string digest;
  Access access = Access::normal;
  Owner owner = Owner::crafter;
  std::vector<std::string> parts;
};

/// docs/formats/lock.md. Holds no time and no build id: the same form gives the same lock.
struct Lock {
  int format = 1;
  std::string program_version;
  std::string catalog_digest;
  std::map<std::string, Locked, std::less<>> files;
};

Json to_json(const Lock& lock);
Result<Lock> read_lock(
    const Directory& project);  ///< not_found, invalid_input (code "lock.format")
Lock lock_of(const Tree& tree, const std::string& program_version,
             const std::string& catalog_digest);
std::string tree_digest(const Tree& tree);

/// All pristine copies in one deterministic, deflated pack with a digest at its end:
/// docs/formats/lock.md.
std::string pack(const Tree& tree);
Result<std::map<std::string, std::string, std::less<>>> unpack(std::string_view bytes);

}  // namespace crafter
