// Digests and identifiers against their published examples.

#include "base/digest.h"

#include <gtest/gtest.h>

namespace crafter {
namespace {

TEST(Sha256, MatchesFips180) {
  EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(UuidV7, MatchesRfc9562) {
  // Appendix A.6: unix_ts_ms 0x017F22E279B0, rand_a 0xCC3, rand_b 0x18C4DC0C0C07398F.
  EXPECT_EQ(uuid_v7(0x017F22E279B0, {0x0C, 0xC3, 0x18, 0xC4, 0xDC, 0x0C, 0x0C, 0x07, 0x39, 0x8F}),
            "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
  EXPECT_LT(uuid_v7(1, {0xFF, 0xFF}), uuid_v7(2, {}));
}

}  // namespace
}  // namespace crafter
