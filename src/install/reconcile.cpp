// One decision per path, taken on three digests.

#include "install/reconcile.h"

#include <array>

#include "base/assert.h"

namespace crafter {
namespace {

/// "" stands for an absent file. Not asked for a path that is neither in `wrote` nor in `want`.
Move decide(std::string_view wrote, std::string_view disk, std::string_view want) {
  if (disk == want) return wrote == want || want.empty() ? Move::keep : Move::adopt;
  if (wrote.empty()) return disk.empty() ? Move::create : Move::conflict;
  if (disk.empty()) return Move::gone;
  if (want.empty()) return disk == wrote ? Move::remove : Move::release;
  if (disk == wrote) return Move::update;
  return want == wrote ? Move::keep : Move::conflict;
}

std::string_view digest_at(const Digests& digests, const std::string& path) {
  const auto found = digests.find(path);
  return found == digests.end() ? std::string_view() : found->second;
}

}  // namespace

std::vector<Change> reconcile(const Digests& wrote, const Digests& disk, const Digests& want) {
  Digests ours = wrote;
  ours.insert(want.begin(), want.end());
  std::vector<Change> changes;
  for (const auto& [path, digest] : ours)
    changes.push_back(
        {path, decide(digest_at(wrote, path), digest_at(disk, path), digest_at(want, path))});
  return changes;
}

std::string_view spelled(Move move) {
  constexpr std::array<std::string_view, 8> kNames = {"create", "update",  "keep", "adopt",
                                                      "remove", "release", "gone", "conflict"};
  const auto index = static_cast<std::size_t>(move);
  CRAFTER_ASSERT(index < kNames.size());
  return kNames[index];
}

}  // namespace crafter
